// The border between the fleet's server (ZeroMQ, CURVE, the wire codec) and those who decide: messages with
// the name of the worker whose key signed the connection, in both directions. All on the loop thread.
#pragma once

#include "common/fleet_messages.h"
#include "common/ids.h"
#include "common/result.h"

#include <string>

namespace musicfleet::fleet {

// Hears what the workers say.
class FleetListener {
 public:
  virtual ~FleetListener() = default;

  // `worker` is who holds the connection's key, whatever the message says.
  virtual void on_message(const WorkerId& worker, to_coordinator::Message message) = 0;
  // The worker's connection is known to be dead. A worker that only falls silent is not reported.
  virtual void on_gone(const WorkerId& worker) = 0;
};

// Speaks to the workers and decides who may connect.
class FleetPort {
 public:
  virtual ~FleetPort() = default;

  // kUnavailable where the worker is not connected or its queue is full; nothing was sent then.
  virtual Result<> send(const WorkerId& worker, const to_worker::Message& message) = 0;
  // Drops the route to a worker's connection until it speaks again.
  virtual void forget(const WorkerId& worker) = 0;
  // Admits connections with this public key (Z85, 40 characters) under this name.
  virtual void allow(const WorkerId& worker, const std::string& public_key_z85) = 0;
  // Refuses the worker's key from now on, on open connections too.
  virtual void revoke(const WorkerId& worker) = 0;
};

}  // namespace musicfleet::fleet
