// A ZeroMQ socket that never blocks unless asked, with Results instead of errno. Options are libzmq's numbers
// (<zmq.h>). Used by one thread at a time.
#pragma once

#include "common/result.h"
#include "common/zmq/context.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::zmq {

using Bytes = std::vector<std::byte>;

// One received message. No message of ours has more than two frames and a ZAP request has nine; of a
// longer one only the first kMaxFrames are kept.
struct Received {
  static constexpr std::size_t kMaxFrames = 10;
  std::vector<Bytes> frames;
  // Who the ZAP handler said that the sender is ("User-Id"); empty without authentication.
  std::string user_id;
};

class Socket {
 public:
  // `type` is ZMQ_ROUTER, ZMQ_DEALER, …
  static Result<Socket> open(Context& context, int type);

  Result<> set(int option, int value);
  Result<> set(int option, std::int64_t value);
  Result<> set(int option, std::string_view value);

  Result<> bind(const std::string& endpoint);
  Result<> connect(const std::string& endpoint);
  // Where it is bound, with the port that the system chose: "tcp://127.0.0.1:43210".
  Result<std::string> bound_endpoint() const;

  // All frames or none. kTimeout where it would have to wait, because the queue of that connection is full or
  // there is none; kUnavailable where nobody is behind the routing id (with ZMQ_ROUTER_MANDATORY).
  Result<> send(std::span<const Bytes> frames);

  // nullopt where nothing is there; kUnavailable once the context is shut down.
  Result<std::optional<Received>> receive();
  // Waits for a message.
  Result<Received> receive_blocking();

  // What happens to this socket's connections, as messages of ZMQ_EVENT_* (zmq_socket_monitor), from now on.
  // `endpoint` is an unused inproc name.
  Result<Socket> monitor(const std::string& endpoint);

  // ZMQ_POLLIN and ZMQ_POLLOUT as they are now.
  int events() const;
  // Becomes readable, once, when events() may have changed.
  int wake_descriptor() const;

 private:
  struct Closer {
    void operator()(void* handle) const;
  };
  Socket(void* context, void* handle) : context_(context), handle_(handle) {}
  Result<std::optional<Received>> receive(int flags);

  void* context_;
  std::unique_ptr<void, Closer> handle_;
};

}  // namespace musicfleet::zmq
