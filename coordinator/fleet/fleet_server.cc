#include "coordinator/fleet/fleet_server.h"

#include "common/wire/codec.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <zmq.h>

#include <algorithm>
#include <utility>

namespace musicfleet::fleet {
namespace {

constexpr char kZapDomain[] = "musicfleet";
constexpr char kNotAccepted[] = "the coordinator does not accept this worker's key any more";

}  // namespace

Result<std::unique_ptr<FleetServer>> FleetServer::open(boost::asio::io_context& loop,
                                                       const DoorOptions& first_door, Log log,
                                                       const Clock* clock) {
  std::unique_ptr<FleetServer> server(new FleetServer(loop, std::move(log), clock));
  // The handler first: a connection that comes before it would have nobody to ask.
  server->zap_handler_ =
      MF_TRY(ZapHandler::start(server->context_, kZapDomain, server->allowed_, server->log_));
  MF_CHECK(server->open_door(first_door));
  return server;
}

FleetServer::FleetServer(boost::asio::io_context& loop, Log log, const Clock* clock)
    : loop_(loop),
      log_(std::move(log)),
      allowed_(clock ? *clock : system_clock_),
      self_(std::make_shared<FleetServer*>(this)) {}

FleetServer::~FleetServer() = default;

void FleetServer::start(FleetListener& listener) {
  listener_ = &listener;
  for (const auto& door : doors_) listen(*door);
}

Result<> FleetServer::open_door(const DoorOptions& options) {
  doors_.push_back(MF_TRY(fleet::open_door(loop_, context_, options, kZapDomain)));
  if (listener_) listen(*doors_.back());
  return {};
}

void FleetServer::listen(Door& door) {
  log_.info("waiting for workers", {{"endpoint", door.endpoint}, {"public_key", door.public_key}});
  door.socket->start([this, &door](zmq::Received received) { receive(door, std::move(received)); });
}

bool FleetServer::close_door(const std::string& public_key) {
  const auto found = std::find_if(doors_.begin(), doors_.end(),
                                  [&](const auto& door) { return door->public_key == public_key; });
  if (found == doors_.end() || doors_.size() == 1) return false;
  for (auto route = routes_.begin(); route != routes_.end();) {
    if (route->second.door != found->get()) {
      ++route;
      continue;
    }
    report_gone(route->first, Gone::kDoorClosed);
    route = routes_.erase(route);
  }
  log_.info("not waiting for workers any more", {{"endpoint", (*found)->endpoint}});
  doors_.erase(found);
  return true;
}

void FleetServer::receive(Door& door, zmq::Received received) {
  flush_gone();
  if (received.frames.empty()) return;
  const zmq::Bytes& routing_id = received.frames[0];
  // Asked for every message: an open connection outlives the key that opened it.
  const auto worker = allowed_.worker_of(received.user_id);
  if (!worker) {
    log_.debug("a message on a revoked key was refused", {{"public_key", received.user_id}});
    (void)send_on(door, routing_id, to_worker::Refused{kNotAccepted});
    return drop_expired(door, routing_id);
  }
  if (received.frames.size() != 2)
    return drop_for_nonsense(*worker, door, routing_id, "a message must have one frame");
  auto message = wire::decode_to_coordinator(received.frames[1]);
  if (!message && message.error().code == ErrorCode::kNotFound)
    return log_.warn("a message was ignored", {{"worker", *worker}, {"reason", message.error().message}});
  if (!message) return drop_for_nonsense(*worker, door, routing_id, message.error().message);

  if (auto* hello = std::get_if<to_coordinator::Hello>(&*message))
    return greet(*worker, {&door, routing_id, received.user_id, hello->protocol_version}, std::move(*hello));
  const auto route = routes_.find(*worker);
  if (route == routes_.end() || !route->second.is(door, routing_id)) {
    (void)send_on(door, routing_id, to_worker::Again{});
    return;
  }
  if (std::holds_alternative<to_coordinator::Goodbye>(*message)) {
    log_.info("worker left", {{"worker", *worker}});
    routes_.erase(route);
  }
  listener_->on_message(*worker, std::move(*message));
}

// The connection of a worker whose key has ended by itself.
void FleetServer::drop_expired(const Door& door, const zmq::Bytes& routing_id) {
  for (auto route = routes_.begin(); route != routes_.end(); ++route)
    if (route->second.is(door, routing_id)) {
      report_gone(route->first, Gone::kRekeyed);
      routes_.erase(route);
      return;
    }
}

void FleetServer::greet(const WorkerId& worker, Route route, to_coordinator::Hello hello) {
  const int version = std::min(hello.protocol_version, wire::protocol_version());
  if (version < std::max(hello.min_protocol_version, wire::min_protocol_version())) {
    const std::string reason =
        concat("this coordinator speaks versions ", wire::min_protocol_version(), " to ",
               wire::protocol_version(), " of the fleet protocol, the worker ", hello.min_protocol_version,
               " to ", hello.protocol_version, "; update the older of the two");
    log_.warn("worker refused", {{"worker", worker}, {"reason", reason}});
    (void)send_on(*route.door, route.routing_id, to_worker::Refused{reason});
    return;
  }
  const auto known = routes_.find(worker);
  if (known == routes_.end()) {
    log_.info("worker connected",
              {{"worker", worker}, {"software", hello.software_version}, {"device", hello.device}});
  } else if (!known->second.is(*route.door, route.routing_id)) {
    log_.warn("a newer connection replaces the worker's older one", {{"worker", worker}});
    (void)send_on(*known->second.door, known->second.routing_id,
                  to_worker::Refused{"a newer connection with this worker's key has taken its place"});
  }
  route.protocol_version = version;
  if (tell_hello_) tell_hello_(worker, route.public_key);
  routes_.insert_or_assign(worker, std::move(route));
  hello.protocol_version = version;
  listener_->on_message(worker, std::move(hello));
}

void FleetServer::drop_for_nonsense(const WorkerId& worker, const Door& door, const zmq::Bytes& routing_id,
                                    std::string_view reason) {
  log_.warn("a message could not be understood", {{"worker", worker}, {"reason", reason}});
  const auto route = routes_.find(worker);
  if (route == routes_.end() || !route->second.is(door, routing_id)) return;
  routes_.erase(route);
  report_gone(worker, Gone::kBrokeProtocol);
}

Result<> FleetServer::send_on(const Door& door, const zmq::Bytes& routing_id,
                              const to_worker::Message& message) {
  const std::vector<zmq::Bytes> frames{routing_id, wire::encode(message)};
  return door.socket->send(frames);
}

Result<> FleetServer::send(const WorkerId& worker, const to_worker::Message& message) {
  const auto route = routes_.find(worker);
  if (route == routes_.end()) return fail(ErrorCode::kUnavailable, "worker ", worker, " is not connected");
  if (const int needed = wire::version_of(message); needed > route->second.protocol_version)
    return fail(ErrorCode::kInvalidArgument, "worker ", worker, " speaks version ",
                route->second.protocol_version, " of the fleet protocol, the message needs ", needed);
  if (allowed_.worker_of(route->second.public_key) != worker) {
    drop_expired(*route->second.door, zmq::Bytes(route->second.routing_id));
    return fail(ErrorCode::kUnavailable, "the key of worker ", worker, " has ended");
  }
  if (auto sent = send_on(*route->second.door, route->second.routing_id, message); !sent) {
    const Gone why = sent.error().code == ErrorCode::kTimeout ? Gone::kDoesNotRead : Gone::kUnreachable;
    log_.warn("worker cannot be reached",
              {{"worker", worker}, {"why", name_of(why)}, {"error", sent.error().message}});
    routes_.erase(route);
    report_gone(worker, why);
    return fail(ErrorCode::kUnavailable, "worker ", worker, " cannot be reached: ", sent.error().message);
  }
  return {};
}

void FleetServer::admit(const WorkerId& worker, std::vector<AllowedKey> keys) {
  allowed_.admit(worker, keys);
  for (auto route = routes_.begin(); route != routes_.end();) {
    if (allowed_.worker_of(route->second.public_key) == route->first) {
      ++route;
      continue;
    }
    (void)send_on(*route->second.door, route->second.routing_id, to_worker::Refused{kNotAccepted});
    report_gone(route->first, Gone::kRekeyed);
    route = routes_.erase(route);
  }
}

std::optional<std::string> FleetServer::key_of(const WorkerId& worker) const {
  const auto route = routes_.find(worker);
  if (route == routes_.end()) return std::nullopt;
  return route->second.public_key;
}

void FleetServer::revoke(const WorkerId& worker) {
  allowed_.revoke(worker);
  const auto route = routes_.find(worker);
  if (route == routes_.end()) return;
  (void)send_on(*route->second.door, route->second.routing_id,
                to_worker::Refused{"the worker's key was revoked"});
  routes_.erase(route);
}

void FleetServer::report_gone(const WorkerId& worker, Gone why) {
  gone_.emplace_back(worker, why);
  boost::asio::post(loop_, [weak = std::weak_ptr(self_)] {
    if (const auto self = weak.lock()) (*self)->flush_gone();
  });
}

// Before any further message is handed over too, so that a worker that is back at once is not reported gone
// after its hello.
void FleetServer::flush_gone() {
  for (const auto& [worker, why] : std::exchange(gone_, {}))
    if (listener_) listener_->on_gone(worker, why);
}

}  // namespace musicfleet::fleet
