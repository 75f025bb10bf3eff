#include "worker/daemon/coordinator_link.h"

#include "common/wire/codec.h"

#include <zmq.h>

#include <utility>

namespace musicfleet::daemon {
namespace {

constexpr int kHandshakeMs = 10'000;
constexpr int kReconnectMs = 200;
constexpr int kLongestReconnectMs = 2'000;
constexpr int kPingEveryMs = 2'000;
constexpr int kPingTimeoutMs = 6'000;
constexpr int kLingerMs = 1'000;  // for the goodbye

Result<zmq::Socket> open_dealer(zmq::Context& context, const LinkOptions& options) {
  auto socket = MF_TRY(zmq::Socket::open(context, ZMQ_DEALER));
  MF_CHECK(socket.set(ZMQ_CURVE_SERVERKEY, options.server_key));
  MF_CHECK(socket.set(ZMQ_CURVE_PUBLICKEY, options.keys.public_key));
  MF_CHECK(socket.set(ZMQ_CURVE_SECRETKEY, options.keys.secret_key));
  // Messages go into a standing connection or are refused: nothing old waits for a coordinator that comes
  // back.
  MF_CHECK(socket.set(ZMQ_IMMEDIATE, 1));
  MF_CHECK(socket.set(ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(wire::kMaxMessageBytes)));
  MF_CHECK(socket.set(ZMQ_HANDSHAKE_IVL, kHandshakeMs));
  MF_CHECK(socket.set(ZMQ_RECONNECT_IVL, kReconnectMs));
  MF_CHECK(socket.set(ZMQ_RECONNECT_IVL_MAX, kLongestReconnectMs));
  MF_CHECK(socket.set(ZMQ_HEARTBEAT_IVL, kPingEveryMs));
  MF_CHECK(socket.set(ZMQ_HEARTBEAT_TIMEOUT, kPingTimeoutMs));
  MF_CHECK(socket.set(ZMQ_HEARTBEAT_TTL, kPingTimeoutMs));
  MF_CHECK(socket.set(ZMQ_LINGER, kLingerMs));
  if (options.endpoint.find('[') != std::string::npos) MF_CHECK(socket.set(ZMQ_IPV6, 1));
  MF_CHECK(socket.connect(options.endpoint));
  return socket;
}

to_coordinator::Hello with_versions(to_coordinator::Hello hello) {
  hello.protocol_version = wire::protocol_version();
  hello.min_protocol_version = wire::min_protocol_version();
  return hello;
}

}  // namespace

CoordinatorLink::CoordinatorLink(boost::asio::io_context& loop, const Clock& clock, Log log,
                                 LinkOptions options, to_coordinator::Hello introduction,
                                 LinkListener& listener)
    : loop_(loop),
      clock_(clock),
      log_(std::move(log)),
      options_(std::move(options)),
      listener_(listener),
      machine_(options_.settings, with_versions(std::move(introduction))),
      timer_(loop) {}

CoordinatorLink::~CoordinatorLink() = default;

void CoordinatorLink::start() { carry_out(machine_.start(clock_.now())); }

void CoordinatorLink::holds(std::vector<RunningJob> running, bool draining) {
  carry_out(machine_.holds(clock_.now(), std::move(running), draining));
}

bool CoordinatorLink::report(to_coordinator::Message message) {
  if (!machine_.serving()) return false;
  carry_out(machine_.report(clock_.now(), std::move(message)));
  return machine_.serving();
}

void CoordinatorLink::finish() { carry_out(machine_.finish(clock_.now())); }

void CoordinatorLink::carry_out(LinkEffects effects) {
  struct Performer {
    CoordinatorLink& link;

    // Whether the effects after this one still hold.
    bool operator()(OpenConnection&) {
      link.open();
      return true;
    }
    bool operator()(CloseConnection&) {
      link.socket_.reset();
      return true;
    }
    bool operator()(SendMessage& effect) {
      const zmq::Bytes frame = wire::encode(effect.message);
      if (link.socket_ && link.socket_->send(std::span(&frame, 1))) return true;
      const bool leaving = std::holds_alternative<to_coordinator::Goodbye>(effect.message);
      if (!leaving) link.carry_out(link.machine_.send_refused(link.clock_.now()));
      return leaving;
    }
    bool operator()(Welcomed& effect) {
      link.log_.info("connected to the coordinator",
                     {{"endpoint", link.options_.endpoint}, {"worker", effect.worker_name}});
      if (const auto& expected = link.options_.expected_name;
          !expected.empty() && expected != effect.worker_name)
        link.log_.warn("the coordinator knows this worker's key under another name",
                       {{"expected", expected}, {"name", effect.worker_name}});
      link.listener_.on_welcome();
      return true;
    }
    bool operator()(Deliver& effect) {
      link.listener_.on_order(std::move(effect.message));
      return true;
    }
    bool operator()(LinkTrouble& effect) {
      link.log_.warn("not connected", {{"endpoint", link.options_.endpoint}, {"reason", effect.reason}});
      link.listener_.on_trouble();
      return true;
    }
    bool operator()(LinkEnded&) {
      link.timer_.cancel();
      link.listener_.on_link_ended();
      return true;
    }
  };
  for (LinkEffect& effect : effects)
    if (!std::visit(Performer{*this}, effect)) break;
  arm();
}

void CoordinatorLink::open() {
  socket_.reset();
  auto socket = open_dealer(context_, options_);
  // A name that does not resolve or a malformed endpoint: the machine's timeout tries again.
  if (!socket) return log_.error("cannot connect", {{"error", socket.error().message}});
  socket_ = std::make_unique<zmq::LoopSocket>(loop_, std::move(*socket));
  socket_->start([this](const zmq::Received& received) { receive(received); },
                 [this] { carry_out(machine_.connected(clock_.now())); });
}

void CoordinatorLink::receive(const zmq::Received& received) {
  if (received.frames.size() != 1) return log_.warn("a message of several frames was ignored");
  auto message = wire::decode_to_worker(received.frames[0]);
  if (!message) return log_.warn("a message could not be understood", {{"reason", message.error().message}});
  carry_out(machine_.received(clock_.now(), std::move(*message)));
}

void CoordinatorLink::arm() {
  const auto due = machine_.next_tick();
  if (!due) return;
  timer_.expires_after(std::max(*due - clock_.now(), SteadyTime::duration::zero()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) carry_out(machine_.tick(clock_.now()));
  });
}

}  // namespace musicfleet::daemon
