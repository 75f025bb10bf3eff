#include "common/zmq/socket.h"

#include <zmq.h>

#include <cerrno>

namespace musicfleet::zmq {
namespace {

Failure last_error(std::string_view what) {
  const int error = zmq_errno();
  const ErrorCode code = error == EAGAIN ? ErrorCode::kTimeout : ErrorCode::kUnavailable;
  return fail(code, what, ": ", zmq_strerror(error));
}

// A zmq_msg_t that is always closed.
class Frame {
 public:
  Frame() { zmq_msg_init(&message_); }
  ~Frame() { zmq_msg_close(&message_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  bool receive(void* socket, int flags) { return zmq_msg_recv(&message_, socket, flags) >= 0; }
  bool more() { return zmq_msg_more(&message_) != 0; }
  Bytes bytes() {
    const auto* data = static_cast<const std::byte*>(zmq_msg_data(&message_));
    return {data, data + zmq_msg_size(&message_)};
  }
  std::string user_id() {
    const char* id = zmq_msg_gets(&message_, "User-Id");
    return id ? id : "";
  }

 private:
  zmq_msg_t message_;
};

}  // namespace

void Socket::Closer::operator()(void* handle) const { zmq_close(handle); }

Result<Socket> Socket::open(Context& context, int type) {
  void* handle = zmq_socket(context.handle(), type);
  if (!handle) return last_error("cannot make a ZeroMQ socket");
  return Socket(context.handle(), handle);
}

Result<> Socket::set(int option, int value) {
  if (zmq_setsockopt(handle_.get(), option, &value, sizeof value) != 0)
    return last_error(concat("cannot set ZeroMQ option ", option));
  return {};
}

Result<> Socket::set(int option, std::int64_t value) {
  if (zmq_setsockopt(handle_.get(), option, &value, sizeof value) != 0)
    return last_error(concat("cannot set ZeroMQ option ", option));
  return {};
}

Result<> Socket::set(int option, std::string_view value) {
  if (zmq_setsockopt(handle_.get(), option, value.data(), value.size()) != 0)
    return last_error(concat("cannot set ZeroMQ option ", option));
  return {};
}

Result<> Socket::bind(const std::string& endpoint) {
  if (zmq_bind(handle_.get(), endpoint.c_str()) != 0) return last_error(concat("cannot bind ", endpoint));
  return {};
}

Result<> Socket::connect(const std::string& endpoint) {
  if (zmq_connect(handle_.get(), endpoint.c_str()) != 0)
    return last_error(concat("cannot connect to ", endpoint));
  return {};
}

Result<std::string> Socket::bound_endpoint() const {
  char text[512];
  std::size_t size = sizeof text;
  if (zmq_getsockopt(handle_.get(), ZMQ_LAST_ENDPOINT, text, &size) != 0)
    return last_error("cannot ask for the bound endpoint");
  return std::string(text, size - 1);
}

Result<> Socket::send(std::span<const Bytes> frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int more = i + 1 < frames.size() ? ZMQ_SNDMORE : 0;
    // Only the first frame can be refused: a message goes into one pipe, or into none.
    while (zmq_send(handle_.get(), frames[i].data(), frames[i].size(), ZMQ_DONTWAIT | more) < 0)
      if (zmq_errno() != EINTR) return last_error("cannot send");
  }
  return {};
}

Result<std::optional<Received>> Socket::receive(int flags) {
  Received message;
  for (bool more = true; more;) {
    Frame frame;
    while (!frame.receive(handle_.get(), flags)) {
      if (zmq_errno() == EAGAIN) return std::nullopt;
      if (zmq_errno() != EINTR) return last_error("cannot receive");
    }
    more = frame.more();
    if (message.frames.size() < Received::kMaxFrames) message.frames.push_back(frame.bytes());
    if (message.user_id.empty()) message.user_id = frame.user_id();
  }
  return message;
}

Result<std::optional<Received>> Socket::receive() { return receive(ZMQ_DONTWAIT); }

Result<Received> Socket::receive_blocking() {
  std::optional<Received> message = MF_TRY(receive(0));
  if (!message) return fail(ErrorCode::kUnavailable, "cannot receive: nothing there");
  return std::move(*message);
}

Result<Socket> Socket::monitor(const std::string& endpoint) {
  if (zmq_socket_monitor(handle_.get(), endpoint.c_str(), ZMQ_EVENT_ALL) != 0)
    return last_error("cannot watch a socket");
  void* handle = zmq_socket(context_, ZMQ_PAIR);
  if (!handle) return last_error("cannot make a ZeroMQ socket");
  Socket pair(context_, handle);
  MF_CHECK(pair.connect(endpoint));
  return pair;
}

int Socket::events() const {
  int events = 0;
  std::size_t size = sizeof events;
  if (zmq_getsockopt(handle_.get(), ZMQ_EVENTS, &events, &size) != 0) return 0;
  return events;
}

int Socket::wake_descriptor() const {
  int descriptor = -1;
  std::size_t size = sizeof descriptor;
  zmq_getsockopt(handle_.get(), ZMQ_FD, &descriptor, &size);
  return descriptor;
}

}  // namespace musicfleet::zmq
