#include "tests/simulation/fleet_door.h"

#include <utility>

namespace musicfleet::simulation {

WorkerId worker_name(std::size_t worker) { return WorkerId{"w" + std::to_string(worker)}; }

void FleetDoor::receive(int connection, std::size_t worker, to_coordinator::Message message) {
  flush_gone();
  const WorkerId name = worker_name(worker);
  if (revoked_.count(name)) {
    network_.send_down(connection, to_worker::Refused{"revoked"});
    return;
  }
  const auto route = routes_.find(name);
  if (std::holds_alternative<to_coordinator::Hello>(message)) {
    if (route != routes_.end() && route->second != connection)
      network_.send_down(route->second, to_worker::Refused{"a newer connection has taken its place"});
    routes_.insert_or_assign(name, connection);
  } else if (route == routes_.end() || route->second != connection) {
    network_.send_down(connection, to_worker::Again{});
    return;
  } else if (std::holds_alternative<to_coordinator::Goodbye>(message)) {
    routes_.erase(route);
  }
  listener_.on_message(name, std::move(message));
}

bool FleetDoor::send(const WorkerId& worker, const to_worker::Message& message) {
  const auto route = routes_.find(worker);
  if (route == routes_.end()) return false;
  if (network_.send_down(route->second, message)) return true;
  routes_.erase(route);
  gone_.push_back(worker);
  return false;
}

void FleetDoor::flush_gone() {
  for (const WorkerId& worker : std::exchange(gone_, {})) listener_.on_gone(worker);
}

void FleetDoor::revoke(const WorkerId& worker) {
  revoked_.insert(worker);
  if (const auto route = routes_.find(worker); route != routes_.end()) {
    network_.send_down(route->second, to_worker::Refused{"revoked"});
    routes_.erase(route);
  }
}

void FleetDoor::forget_connections() {
  routes_.clear();
  gone_.clear();
}

}  // namespace musicfleet::simulation
