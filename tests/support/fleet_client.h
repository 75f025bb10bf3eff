// A worker's socket without a worker behind it: says what the test wants, and knows how its handshake ended.
// On the test's loop.
#pragma once

#include "common/wire/codec.h"
#include "common/zmq/curve_key_pair.h"
#include "common/zmq/loop_socket.h"

#include <gtest/gtest.h>
#include <zmq.h>

#include <memory>
#include <string>
#include <vector>

namespace musicfleet::testing {

struct FleetClientOptions {
  std::string endpoint;
  std::string server_key;  // empty: no CURVE
  zmq::CurveKeyPair keys = {};
  std::string routing_id = {};  // empty: the server chooses
};

class FleetClient {
 public:
  FleetClient(boost::asio::io_context& loop, const FleetClientOptions& options) {
    auto socket = zmq::Socket::open(context_, ZMQ_DEALER).value();
    EXPECT_TRUE(socket.set(ZMQ_LINGER, 0));
    if (!options.server_key.empty()) {
      EXPECT_TRUE(socket.set(ZMQ_CURVE_SERVERKEY, options.server_key));
      EXPECT_TRUE(socket.set(ZMQ_CURVE_PUBLICKEY, options.keys.public_key));
      EXPECT_TRUE(socket.set(ZMQ_CURVE_SECRETKEY, options.keys.secret_key));
    }
    if (!options.routing_id.empty()) {
      EXPECT_TRUE(socket.set(ZMQ_ROUTING_ID, options.routing_id));
    }
    monitor_ = std::make_unique<zmq::Socket>(socket.monitor("inproc://client-monitor").value());
    EXPECT_TRUE(socket.connect(options.endpoint));
    socket_ = std::make_unique<zmq::LoopSocket>(loop, std::move(socket));
    socket_->start([this](zmq::Received message) {
      auto decoded = wire::decode_to_worker(message.frames.at(0));
      ASSERT_TRUE(decoded) << decoded.error().message;
      received.push_back(std::move(*decoded));
    });
  }

  // Waits for the next end of a handshake: whether the server let us in.
  bool handshake_succeeded() {
    for (;;) {
      switch (next_event()) {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
          return true;
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        case ZMQ_EVENT_DISCONNECTED:
          return false;
        default:
          break;
      }
    }
  }
  // Waits until the server has ended the connection.
  void wait_until_disconnected() {
    while (next_event() != ZMQ_EVENT_DISCONNECTED) continue;
  }

  void say(const to_coordinator::Message& message) { say_bytes(wire::encode(message)); }
  void say_bytes(const zmq::Bytes& bytes) { say_frames({bytes}); }
  void say_frames(const std::vector<zmq::Bytes>& frames) { EXPECT_TRUE(socket_->send(frames)); }

  std::vector<to_worker::Message> received;

  // How often a message of this kind has come.
  template <class M>
  int count() const {
    int n = 0;
    for (const auto& message : received) n += std::holds_alternative<M>(message) ? 1 : 0;
    return n;
  }

 private:
  int next_event() {
    const auto event = monitor_->receive_blocking().value();
    const auto& frame = event.frames.at(0);
    return static_cast<int>(frame.at(0)) | static_cast<int>(frame.at(1)) << 8;
  }

  zmq::Context context_;
  std::unique_ptr<zmq::Socket> monitor_;
  std::unique_ptr<zmq::LoopSocket> socket_;
};

}  // namespace musicfleet::testing
