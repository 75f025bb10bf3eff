#include "common/zmq/loop_socket.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <zmq.h>

#include <optional>
#include <utility>

namespace musicfleet::zmq {

struct LoopSocket::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& loop, Socket the_socket)
      : socket(std::move(the_socket)), descriptor(loop, socket->wake_descriptor()) {}

  void wait() {
    descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (error || !self->socket) return;
                            self->wake();
                            if (self->socket) self->wait();
                          });
  }

  // Another look at the socket as soon as the loop is free.
  void wake_soon() {
    if (std::exchange(wake_is_due, true)) return;
    boost::asio::post(descriptor.get_executor(), [self = shared_from_this()] {
      self->wake_is_due = false;
      if (self->socket) self->wake();
    });
  }

  void wake() {
    // A bounded number a turn, so that a busy peer leaves the loop to others.
    for (int i = 0; i < kMessagesPerTurn; ++i) {
      if (!tell_writable() || !(socket->events() & ZMQ_POLLIN)) return;
      auto message = socket->receive();
      if (!message) return;  // the context is shutting down
      if (*message) on_message(std::move(**message));
      if (!socket) return;
    }
    wake_soon();
  }

  // Whether the socket is still open afterwards.
  bool tell_writable() {
    if (wants_to_write && on_writable && (socket->events() & ZMQ_POLLOUT)) {
      wants_to_write = false;
      on_writable();
    }
    return socket.has_value();
  }

  static constexpr int kMessagesPerTurn = 64;

  std::optional<Socket> socket;  // empty once closed
  boost::asio::posix::stream_descriptor descriptor;
  OnMessage on_message;
  OnWritable on_writable;
  bool wants_to_write = true;
  bool wake_is_due = false;
};

LoopSocket::LoopSocket(boost::asio::io_context& loop, Socket socket)
    : state_(std::make_shared<State>(loop, std::move(socket))) {}

LoopSocket::~LoopSocket() {
  state_->descriptor.release();  // libzmq closes it
  state_->socket.reset();
}

void LoopSocket::start(OnMessage on_message, OnWritable on_writable) {
  state_->on_message = std::move(on_message);
  state_->on_writable = std::move(on_writable);
  state_->wait();
  state_->wake_soon();
}

Result<> LoopSocket::send(std::span<const Bytes> frames) {
  auto sent = state_->socket->send(frames);
  if (!sent) state_->wants_to_write = true;
  // Sending handles libzmq's pending commands, and with them the wake that would have told of a new message.
  const int wanted = ZMQ_POLLIN | (state_->wants_to_write && state_->on_writable ? ZMQ_POLLOUT : 0);
  if (state_->on_message && (state_->socket->events() & wanted)) state_->wake_soon();
  return sent;
}

}  // namespace musicfleet::zmq
