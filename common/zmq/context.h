// A ZeroMQ context: the I/O threads and the inproc names of one set of sockets. Outlives its sockets. Any
// thread.
#pragma once

namespace musicfleet::zmq {

class Context {
 public:
  Context();
  // Waits until every socket is closed and has sent what its linger time allows.
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Makes every blocking call on the context's sockets return with an error: how a thread of one is told to
  // end.
  void shutdown();

  void* handle() const { return handle_; }

 private:
  void* handle_;
};

}  // namespace musicfleet::zmq
