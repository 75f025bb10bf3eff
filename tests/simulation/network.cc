#include "tests/simulation/network.h"

#include <algorithm>
#include <utility>

namespace musicfleet::simulation {

void Network::open(std::size_t worker) {
  close(worker);
  Socket& socket = sockets_[worker];
  socket.open = true;
  try_to_connect(worker, ++socket.opened);
}

void Network::close(std::size_t worker) {
  // What it has sent may still arrive, what it was sent may not.
  sockets_[worker].open = false;
  sockets_[worker].connection.reset();
}

void Network::try_to_connect(std::size_t worker, std::uint64_t opened) {
  const Micros handshake = delay() * 6;
  timeline_.after(handshake, [this, worker, opened] {
    Socket& socket = sockets_[worker];
    if (!socket.open || socket.opened != opened || socket.connection) return;
    if (blocked(worker) || !ends_.listening()) {
      const Micros wait = dice_.between(std::chrono::milliseconds(200), std::chrono::seconds(2));
      return timeline_.after(wait, [this, worker, opened] { try_to_connect(worker, opened); });
    }
    socket.connection = std::make_unique<Connection>();
    socket.connection->number = ++connections_;
    ends_.connected(worker);
  });
}

void Network::schedule(Direction& direction, Task deliver) {
  const Micros arrival = std::max(timeline_.elapsed() + delay(), direction.last_arrival + Micros{1});
  direction.last_arrival = arrival;
  timeline_.after(arrival - timeline_.elapsed(), std::move(deliver));
}

void Network::pass(Direction& direction, bool blocked, const Task& deliver) {
  if (dice_.one_in(troubles_.lose_one_in)) return timeline_.note("  lost on the way");
  const int copies = dice_.one_in(troubles_.repeat_one_in) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (blocked)
      direction.held_up.push_back(deliver);
    else
      schedule(direction, deliver);
  }
}

bool Network::send_up(std::size_t worker, to_coordinator::Message message) {
  Socket& socket = sockets_[worker];
  if (!socket.connection) return false;
  const auto deliver = [this, worker, number = socket.connection->number, life = lives_,
                        message = std::move(message)] {
    if (life == lives_) ends_.to_coordinator(number, worker, message);
  };
  pass(socket.connection->up, socket.up_blocks > 0, deliver);
  return true;
}

bool Network::send_down(int connection, to_worker::Message message) {
  const auto is_its = [&](const Socket& socket) {
    return socket.connection && socket.connection->number == connection;
  };
  const auto socket = std::find_if(sockets_.begin(), sockets_.end(), is_its);
  if (socket == sockets_.end()) return false;
  const auto worker = static_cast<std::size_t>(socket - sockets_.begin());
  const auto deliver = [this, worker, connection, message = std::move(message)] {
    const Socket& to = sockets_[worker];
    if (to.connection && to.connection->number == connection) ends_.to_worker(worker, message);
  };
  pass(socket->connection->down, socket->down_blocks > 0, deliver);
  return true;
}

void Network::break_all() {
  ++lives_;
  for (std::size_t worker = 0; worker < sockets_.size(); ++worker) break_connection(worker);
}

void Network::break_connection(std::size_t worker) {
  Socket& socket = sockets_[worker];
  if (!socket.connection) return;
  timeline_.note("connection ", socket.connection->number, " breaks");
  socket.connection.reset();
  try_to_connect(worker, socket.opened);
}

void Network::block(std::size_t worker, bool up, bool down, Micros duration) {
  Socket& socket = sockets_[worker];
  socket.up_blocks += up;
  socket.down_blocks += down;
  const std::uint64_t number = ++socket.blocks;
  timeline_.after(kPatience, [this, worker, number] {
    if (sockets_[worker].blocks == number && blocked(worker)) break_connection(worker);
  });
  timeline_.after(duration, [this, worker, up, down] {
    Socket& freed = sockets_[worker];
    freed.up_blocks = std::max(0, freed.up_blocks - up);
    freed.down_blocks = std::max(0, freed.down_blocks - down);
    release(worker);
  });
}

void Network::release(std::size_t worker) {
  Socket& socket = sockets_[worker];
  if (!socket.connection) return;
  if (socket.up_blocks == 0)
    for (Task& task : std::exchange(socket.connection->up.held_up, {}))
      schedule(socket.connection->up, std::move(task));
  if (socket.down_blocks == 0)
    for (Task& task : std::exchange(socket.connection->down.held_up, {}))
      schedule(socket.connection->down, std::move(task));
}

void Network::unblock_all() {
  for (std::size_t worker = 0; worker < sockets_.size(); ++worker) {
    sockets_[worker].up_blocks = sockets_[worker].down_blocks = 0;
    release(worker);
  }
}

}  // namespace musicfleet::simulation
