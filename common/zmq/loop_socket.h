// A ZeroMQ socket as a citizen of a Boost.Asio loop: what arrives is handed to a function, on the loop
// thread, and nothing blocks. The wake descriptor of libzmq tells of a change once only, so every wake and
// every send looks at the socket's events until there are none left. Loop thread only.
#pragma once

#include "common/zmq/socket.h"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace musicfleet::zmq {

class LoopSocket {
 public:
  using OnMessage = std::function<void(Received)>;
  using OnWritable = std::function<void()>;

  LoopSocket(boost::asio::io_context& loop, Socket socket);
  ~LoopSocket();
  LoopSocket(const LoopSocket&) = delete;
  LoopSocket& operator=(const LoopSocket&) = delete;

  // Begins to hand over messages. `on_writable`, where given, is called when the socket can send for the
  // first time and again after each refused send. Neither is called from inside send(), nor after
  // destruction; both may destroy this object.
  void start(OnMessage on_message, OnWritable on_writable = {});

  Result<> send(std::span<const Bytes> frames);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace musicfleet::zmq
