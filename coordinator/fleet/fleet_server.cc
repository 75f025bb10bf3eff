#include "coordinator/fleet/fleet_server.h"

#include "common/wire/codec.h"
#include "coordinator/fleet/router_socket.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <zmq.h>

#include <algorithm>
#include <utility>

namespace musicfleet::fleet {
namespace {

constexpr char kZapDomain[] = "musicfleet";

}  // namespace

Result<std::unique_ptr<FleetServer>> FleetServer::open(boost::asio::io_context& loop,
                                                       FleetServerOptions options, Log log) {
  std::unique_ptr<FleetServer> server(new FleetServer(loop, std::move(log)));
  // The handler first: a connection that comes before it would have nobody to ask.
  server->zap_handler_ =
      MF_TRY(ZapHandler::start(server->context_, kZapDomain, server->allowed_, server->log_));
  auto socket = MF_TRY(open_router(server->context_, options.keys, kZapDomain));
  // "tcp://[::]:7000"
  if (options.endpoint.find('[') != std::string::npos) MF_CHECK(socket.set(ZMQ_IPV6, 1));
  MF_CHECK(socket.bind(options.endpoint));
  server->endpoint_ = MF_TRY(socket.bound_endpoint());
  server->public_key_ = options.keys.public_key;
  server->socket_ = std::make_unique<zmq::LoopSocket>(loop, std::move(socket));
  return server;
}

FleetServer::FleetServer(boost::asio::io_context& loop, Log log)
    : loop_(loop), log_(std::move(log)), self_(std::make_shared<FleetServer*>(this)) {}

FleetServer::~FleetServer() = default;

void FleetServer::start(FleetListener& listener) {
  listener_ = &listener;
  log_.info("waiting for workers", {{"endpoint", endpoint_}, {"public_key", public_key_}});
  socket_->start([this](zmq::Received received) { receive(std::move(received)); });
}

void FleetServer::receive(zmq::Received received) {
  flush_gone();
  if (received.frames.empty()) return;
  const zmq::Bytes& routing_id = received.frames[0];
  // Asked for every message: an open connection outlives the key that opened it.
  const auto worker = allowed_.worker_of(received.user_id);
  if (!worker) {
    log_.debug("a message on a revoked key was refused", {{"public_key", received.user_id}});
    (void)send_on(routing_id,
                  to_worker::Refused{"the coordinator does not accept this worker's key any more"});
    return;
  }
  if (received.frames.size() != 2)
    return drop_for_nonsense(*worker, routing_id, "a message must have one frame");
  auto message = wire::decode_to_coordinator(received.frames[1]);
  if (!message) return drop_for_nonsense(*worker, routing_id, message.error().message);

  if (auto* hello = std::get_if<to_coordinator::Hello>(&*message))
    return greet(*worker, {routing_id, received.user_id, hello->protocol_version}, std::move(*hello));
  const auto route = routes_.find(*worker);
  if (route == routes_.end() || route->second.routing_id != routing_id) {
    (void)send_on(routing_id, to_worker::Again{});
    return;
  }
  if (std::holds_alternative<to_coordinator::Goodbye>(*message)) {
    log_.info("worker left", {{"worker", *worker}});
    routes_.erase(route);
  }
  listener_->on_message(*worker, std::move(*message));
}

void FleetServer::greet(const WorkerId& worker, Route route, to_coordinator::Hello hello) {
  const int version = std::min(hello.protocol_version, wire::protocol_version());
  if (version < std::max(hello.min_protocol_version, wire::min_protocol_version())) {
    const std::string reason =
        concat("this coordinator speaks versions ", wire::min_protocol_version(), " to ",
               wire::protocol_version(), " of the fleet protocol, the worker ", hello.min_protocol_version,
               " to ", hello.protocol_version, "; update the older of the two");
    log_.warn("worker refused", {{"worker", worker}, {"reason", reason}});
    (void)send_on(route.routing_id, to_worker::Refused{reason});
    return;
  }
  const auto known = routes_.find(worker);
  if (known == routes_.end()) {
    log_.info("worker connected",
              {{"worker", worker}, {"software", hello.software_version}, {"device", hello.device}});
  } else if (known->second.routing_id != route.routing_id) {
    log_.warn("a newer connection replaces the worker's older one", {{"worker", worker}});
    (void)send_on(known->second.routing_id,
                  to_worker::Refused{"a newer connection with this worker's key has taken its place"});
  }
  route.protocol_version = version;
  routes_.insert_or_assign(worker, std::move(route));
  hello.protocol_version = version;
  listener_->on_message(worker, std::move(hello));
}

void FleetServer::drop_for_nonsense(const WorkerId& worker, const zmq::Bytes& routing_id,
                                    std::string_view reason) {
  log_.warn("a message could not be understood", {{"worker", worker}, {"reason", reason}});
  const auto route = routes_.find(worker);
  if (route == routes_.end() || route->second.routing_id != routing_id) return;
  routes_.erase(route);
  report_gone(worker);
}

Result<> FleetServer::send_on(const zmq::Bytes& routing_id, const to_worker::Message& message) {
  const std::vector<zmq::Bytes> frames{routing_id, wire::encode(message)};
  return socket_->send(frames);
}

Result<> FleetServer::send(const WorkerId& worker, const to_worker::Message& message) {
  const auto route = routes_.find(worker);
  if (route == routes_.end()) return fail(ErrorCode::kUnavailable, "worker ", worker, " is not connected");
  if (const int needed = wire::version_of(message); needed > route->second.protocol_version)
    return fail(ErrorCode::kInvalidArgument, "worker ", worker, " speaks version ",
                route->second.protocol_version, " of the fleet protocol, the message needs ", needed);
  if (auto sent = send_on(route->second.routing_id, message); !sent) {
    log_.warn("worker cannot be reached", {{"worker", worker}, {"error", sent.error().message}});
    routes_.erase(route);
    report_gone(worker);
    return fail(ErrorCode::kUnavailable, "worker ", worker, " cannot be reached: ", sent.error().message);
  }
  return {};
}

void FleetServer::allow(const WorkerId& worker, const std::string& public_key_z85) {
  allowed_.allow(worker, public_key_z85);
  const auto stale = [&](const auto& entry) {
    return allowed_.worker_of(entry.second.public_key) != entry.first;
  };
  for (auto route = routes_.begin(); route != routes_.end();) {
    if (stale(*route)) {
      report_gone(route->first);
      route = routes_.erase(route);
    } else {
      ++route;
    }
  }
}

void FleetServer::revoke(const WorkerId& worker) {
  allowed_.revoke(worker);
  const auto route = routes_.find(worker);
  if (route == routes_.end()) return;
  (void)send_on(route->second.routing_id, to_worker::Refused{"the worker's key was revoked"});
  routes_.erase(route);
}

void FleetServer::report_gone(const WorkerId& worker) {
  gone_.push_back(worker);
  boost::asio::post(loop_, [weak = std::weak_ptr(self_)] {
    if (const auto self = weak.lock()) (*self)->flush_gone();
  });
}

// Before any further message is handed over too, so that a worker that is back at once is not reported gone
// after its hello.
void FleetServer::flush_gone() {
  for (const WorkerId& worker : std::exchange(gone_, {}))
    if (listener_) listener_->on_gone(worker);
}

}  // namespace musicfleet::fleet
