// The network between workers and coordinator as ZeroMQ shows it: a connection is a stream each way, in order
// and delayed; it breaks as a whole, and what was under way is lost; whoever reconnects has a new one. A
// blocked direction holds everything up and after the heartbeats' patience breaks the connection. Beyond
// that single messages may be lost or come twice, which the protocol bears as well.
#pragma once

#include "common/fleet_messages.h"
#include "tests/simulation/timeline.h"

#include <map>
#include <memory>
#include <vector>

namespace musicfleet::simulation {

struct NetworkTroubles {
  Micros latency_least{100};
  Micros latency_most{5'000};
  std::uint64_t lose_one_in = 0;
  std::uint64_t repeat_one_in = 0;
};

// Whom the network tells.
struct NetworkEnds {
  std::function<bool()> listening;  // whether the coordinator's process takes connections
  std::function<void(int connection, std::size_t worker, to_coordinator::Message)> to_coordinator;
  std::function<void(std::size_t worker, to_worker::Message)> to_worker;
  std::function<void(std::size_t worker)> connected;
};

class Network {
 public:
  static constexpr Micros kPatience = std::chrono::seconds(6);  // of ZMTP's heartbeats

  Network(Timeline& timeline, Dice dice, std::size_t workers)
      : timeline_(timeline), dice_(dice), sockets_(workers) {}

  void set_ends(NetworkEnds ends) { ends_ = std::move(ends); }
  void set_troubles(const NetworkTroubles& troubles) { troubles_ = troubles; }
  const NetworkTroubles& troubles() const { return troubles_; }

  // The worker's socket: a fresh one in place of any other, which keeps trying to connect until it is closed.
  void open(std::size_t worker);
  void close(std::size_t worker);
  // False where no connection stands.
  bool send_up(std::size_t worker, to_coordinator::Message message);
  // False where this connection does not stand any more.
  bool send_down(int connection, to_worker::Message message);

  // The coordinator's process is gone, with every connection and whatever was under way.
  void break_all();
  void break_connection(std::size_t worker);
  // Nothing passes for so long: from the worker, to it, or both.
  void block(std::size_t worker, bool up, bool down, Micros duration);
  void unblock_all();
  bool blocked(std::size_t worker) const {
    return sockets_[worker].up_blocks + sockets_[worker].down_blocks > 0;
  }
  Micros delay() { return dice_.between(troubles_.latency_least, troubles_.latency_most); }

 private:
  struct Direction {
    Micros last_arrival{0};
    std::vector<Task> held_up;
  };
  struct Connection {
    int number = 0;
    Direction up, down;
  };
  struct Socket {
    bool open = false;
    std::uint64_t opened = 0;  // times
    int up_blocks = 0;
    int down_blocks = 0;
    std::uint64_t blocks = 0;  // times
    std::unique_ptr<Connection> connection;
  };

  void try_to_connect(std::size_t worker, std::uint64_t opened);
  void pass(Direction& direction, bool blocked, const Task& deliver);
  void schedule(Direction& direction, Task deliver);
  void release(std::size_t worker);

  Timeline& timeline_;
  Dice dice_;
  NetworkEnds ends_;
  NetworkTroubles troubles_;
  std::vector<Socket> sockets_;
  int connections_ = 0;
  std::uint64_t lives_ = 0;  // of the coordinator
};

}  // namespace musicfleet::simulation
