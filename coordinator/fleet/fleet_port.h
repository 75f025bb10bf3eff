// How the coordinator's deciding part speaks with its workers: FleetPort takes what it wants said,
// FleetListener receives what was said. Sockets, keys and versions are behind them, in FleetServer; tests
// implement FleetPort in memory. Everything happens on the loop thread.
#pragma once

#include "common/fleet_messages.h"
#include "common/ids.h"
#include "common/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::fleet {

// Why a worker is reached no more.
enum class Gone {
  kUnreachable,    // its connection is dead
  kDoesNotRead,    // its share of unsent messages is full
  kBrokeProtocol,  // it said what no worker says
  kRekeyed,        // its key is another one's now, or its worker has another key
  kDoorClosed,     // the address that it used is not served any more
};
// "unreachable", "does_not_read", …: as metrics name it.
constexpr std::string_view name_of(Gone gone) {
  switch (gone) {
    case Gone::kUnreachable:
      return "unreachable";
    case Gone::kDoesNotRead:
      return "does_not_read";
    case Gone::kBrokeProtocol:
      return "broke_protocol";
    case Gone::kRekeyed:
      return "rekeyed";
    case Gone::kDoorClosed:
      return "door_closed";
  }
  return "unreachable";
}

class FleetListener {
 public:
  virtual ~FleetListener() = default;

  // A worker said something. Its first message is a Hello (whose protocol_version is the one to speak), which
  // may come again at any time and then replaces all that was known about the connection.
  virtual void on_message(const WorkerId& worker, to_coordinator::Message message) = 0;
  // The worker cannot be reached any more, or broke the protocol; its next message will be a Hello. Never
  // called from inside a FleetPort call.
  virtual void on_gone(const WorkerId& worker, Gone why) = 0;
};

// A CURVE public key and the time in which it counts.
struct AllowedKey {
  std::string public_key_z85;  // 40 characters
  std::chrono::sys_time<std::chrono::milliseconds> not_before{};
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> expires_at = {};

  bool operator==(const AllowedKey&) const = default;
};

class FleetPort {
 public:
  virtual ~FleetPort() = default;

  // Queues a message for a worker that has said hello. kUnavailable when it is not connected or does not
  // read; on_gone() follows if it was thought to be connected. kInvalidArgument for a message that the
  // version agreed with this worker does not know; it stays connected.
  virtual Result<> send(const WorkerId& worker, const to_worker::Message& message) = 0;
  // Lets whoever proves to hold one of these keys in as `worker`, while that key counts. Replaces all keys
  // that the worker had: connections with another one are refused from then on.
  virtual void admit(const WorkerId& worker, std::vector<AllowedKey> keys) = 0;
  // The key of the connection on which the worker has said hello.
  virtual std::optional<std::string> key_of(const WorkerId& worker) const = 0;
  // Refuses the worker's keys, new connections and further messages of open ones alike, from now on.
  virtual void revoke(const WorkerId& worker) = 0;
};

}  // namespace musicfleet::fleet
