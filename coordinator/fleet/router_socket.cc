#include "coordinator/fleet/router_socket.h"

#include "common/wire/codec.h"

#include <zmq.h>

namespace musicfleet::fleet {
namespace {

// ZMQ_ZAP_ENFORCE_DOMAIN: a draft option whose name Debian's header hides. With it a domain without a handler
// refuses instead of admitting.
constexpr int kZapEnforceDomain = 93;

constexpr int kHandshakeMs = 5'000;  // after which a connection that has not proved its key is closed
constexpr int kPingEveryMs = 2'000;
constexpr int kPingTimeoutMs = 6'000;
// A peer, each way: what a worker makes the coordinator hold is at most so many messages of at most
// wire::kMaxMessageBytes. A worker has no more than WireLimits::kSlots jobs, and each takes a handful of
// messages.
constexpr int kQueueMessages = 256;
constexpr int kLingerMs = 500;

}  // namespace

Result<zmq::Socket> open_router(zmq::Context& context, const zmq::CurveKeyPair& keys,
                                const std::string& zap_domain) {
  if (zap_domain.empty()) return fail(ErrorCode::kInvalidArgument, "the ZAP domain must not be empty");
  auto socket = MF_TRY(zmq::Socket::open(context, ZMQ_ROUTER));
  MF_CHECK(socket.set(ZMQ_CURVE_SERVER, 1));
  MF_CHECK(socket.set(ZMQ_CURVE_SECRETKEY, keys.secret_key));
  MF_CHECK(socket.set(ZMQ_ZAP_DOMAIN, zap_domain));
  MF_CHECK(socket.set(kZapEnforceDomain, 1));
  MF_CHECK(socket.set(ZMQ_ROUTER_MANDATORY, 1));
  MF_CHECK(socket.set(ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(wire::kMaxMessageBytes)));
  MF_CHECK(socket.set(ZMQ_HANDSHAKE_IVL, kHandshakeMs));
  MF_CHECK(socket.set(ZMQ_HEARTBEAT_IVL, kPingEveryMs));
  MF_CHECK(socket.set(ZMQ_HEARTBEAT_TIMEOUT, kPingTimeoutMs));
  MF_CHECK(socket.set(ZMQ_HEARTBEAT_TTL, kPingTimeoutMs));
  MF_CHECK(socket.set(ZMQ_SNDHWM, kQueueMessages));
  MF_CHECK(socket.set(ZMQ_RCVHWM, kQueueMessages));
  MF_CHECK(socket.set(ZMQ_LINGER, kLingerMs));
  return socket;
}

}  // namespace musicfleet::fleet
