// The coordinator's end of the fleet protocol, as FleetServer behaves: which connection a worker is reached
// by, who is revoked, and when a connection is found to be gone. A model of coordinator/fleet without bytes.
#pragma once

#include "common/ids.h"
#include "tests/simulation/network.h"

#include <set>

namespace musicfleet::simulation {

WorkerId worker_name(std::size_t worker);

class FleetDoor {
 public:
  // Whom the door tells.
  struct Listener {
    std::function<void(const WorkerId&, to_coordinator::Message)> on_message;
    std::function<void(const WorkerId&)> on_gone;
  };

  explicit FleetDoor(Network& network) : network_(network) {}

  void set_listener(Listener listener) { listener_ = std::move(listener); }
  void receive(int connection, std::size_t worker, to_coordinator::Message message);
  // False where the worker cannot be reached; its going is told with the next message, or by flush_gone().
  bool send(const WorkerId& worker, const to_worker::Message& message);
  void flush_gone();
  void allow(const WorkerId& worker) { revoked_.erase(worker); }
  void revoke(const WorkerId& worker);
  // The process has ended; who is allowed is on disk.
  void forget_connections();

 private:
  Network& network_;
  Listener listener_;
  std::map<WorkerId, int> routes_;
  std::set<WorkerId> revoked_;
  std::vector<WorkerId> gone_;
};

}  // namespace musicfleet::simulation
