// A ZeroMQ socket that never blocks unless asked, with Results instead of errno. Options are libzmq's numbers
// (<zmq.h>). Used by one thread at a time.
#pragma once

#include "common/result.h"
#include "common/zmq/context.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::zmq {

using Bytes = std::vector<std::byte>;

// One received message.
struct Received {
  std::vector<Bytes> frames;
  // Who the ZAP handler said that the sender is ("User-Id"); empty without authentication.
  std::string user_id;
};

class Socket {
 public:
  // `type` is ZMQ_ROUTER, ZMQ_DEALER, …
  static Result<Socket> open(Context& context, int type);

  Result<> set(int option, int value);
  Result<> set(int option, std::string_view value);

  Result<> bind(const std::string& endpoint);
  Result<> connect(const std::string& endpoint);
  // Where it is bound, with the port that the system chose: "tcp://127.0.0.1:43210".
  Result<std::string> bound_endpoint() const;

  // All frames or none. kUnavailable where it would have to wait or, with ZMQ_ROUTER_MANDATORY, where nobody
  // is behind the routing id.
  Result<> send(std::span<const Bytes> frames);

  // Nothing there: nullopt. kTooLarge for a message of more than kMaxFrames frames, which is gone then.
  static constexpr std::size_t kMaxFrames = 8;
  Result<std::optional<Received>> receive();
  // Waits. kUnavailable once the context is shut down.
  Result<Received> receive_blocking();

  // ZMQ_POLLIN and ZMQ_POLLOUT as they are now.
  int events() const;
  // Becomes readable, once, when events() may have changed.
  int wake_descriptor() const;

 private:
  struct Closer {
    void operator()(void* handle) const;
  };
  explicit Socket(void* handle) : handle_(handle) {}
  Result<std::optional<Received>> receive(int flags);

  std::unique_ptr<void, Closer> handle_;
};

}  // namespace musicfleet::zmq
