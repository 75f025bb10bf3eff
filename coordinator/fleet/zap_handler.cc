#include "coordinator/fleet/zap_handler.h"

#include <zmq.h>

#include <array>

namespace musicfleet::fleet {
namespace {

using zmq::Bytes;

Bytes bytes(std::string_view text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

std::string_view text(const Bytes& frame) {
  return {reinterpret_cast<const char*>(frame.data()), frame.size()};
}

// Frames of a request, by ZAP's order.
enum RequestFrame {
  kRoutingId,
  kDelimiter,
  kVersion,
  kRequestId,
  kDomain,
  kAddress,
  kIdentity,
  kMechanism,
  kClientKey,
  kFrames
};

}  // namespace

Result<std::unique_ptr<ZapHandler>> ZapHandler::start(zmq::Context& context, std::string domain,
                                                      const AllowList& allowed, Log log) {
  auto socket = MF_TRY(zmq::Socket::open(context, ZMQ_ROUTER));
  MF_CHECK(socket.set(ZMQ_LINGER, 0));
  MF_CHECK(socket.bind("inproc://zeromq.zap.01"));
  return std::unique_ptr<ZapHandler>(
      new ZapHandler(context, std::move(socket), std::move(domain), allowed, std::move(log)));
}

ZapHandler::ZapHandler(zmq::Context& context, zmq::Socket socket, std::string domain,
                       const AllowList& allowed, Log log)
    : context_(context),
      domain_(std::move(domain)),
      allowed_(allowed),
      log_(std::move(log)),
      thread_([this, moved = std::move(socket)]() mutable { run(std::move(moved)); }) {}

ZapHandler::~ZapHandler() {
  ending_ = true;
  context_.shutdown();
  thread_.join();
}

void ZapHandler::run(zmq::Socket socket) {
  for (;;) {
    const auto request = socket.receive_blocking();
    if (!request) {
      if (!ending_)
        log_.error("no worker can connect any more: authentication broke",
                   {{"error", request.error().message}});
      return;
    }
    if (request->frames.size() <= kDelimiter) continue;  // nobody to answer
    if (auto sent = socket.send(answer(*request)); !sent)
      log_.error("cannot answer an authentication request", {{"error", sent.error().message}});
  }
}

std::vector<Bytes> ZapHandler::answer(const zmq::Received& request) const {
  const auto& frames = request.frames;
  const auto reply = [&](std::string_view status, std::string_view why, std::string_view user_id) {
    const Bytes id = frames.size() > kRequestId ? frames[kRequestId] : Bytes();
    return std::vector<Bytes>{frames[kRoutingId], frames[kDelimiter], bytes("1.0"),   id,
                              bytes(status),      bytes(why),         bytes(user_id), Bytes()};
  };
  if (frames.size() != kFrames || text(frames[kVersion]) != "1.0")
    return reply("500", "not a CURVE request", "");
  if (text(frames[kMechanism]) != "CURVE" || text(frames[kDomain]) != domain_ ||
      frames[kClientKey].size() != 32)
    return reply("400", "CURVE only", "");
  std::array<char, 41> key;
  zmq_z85_encode(key.data(), reinterpret_cast<const std::uint8_t*>(frames[kClientKey].data()), 32);
  if (!allowed_.worker_of(key.data())) {
    log_.warn("a key that is not on the list was refused",
              {{"public_key", key.data()}, {"address", text(frames[kAddress])}});
    return reply("400", "key not allowed", "");
  }
  return reply("200", "OK", key.data());
}

}  // namespace musicfleet::fleet
