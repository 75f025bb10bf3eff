// A FleetServer on loopback with a listener that writes down what it hears: the fixture of the fleet's tests.
#pragma once

#include "common/log.h"
#include "coordinator/fleet/fleet_server.h"
#include "tests/support/fleet_client.h"
#include "tests/support/log_capture.h"
#include "tests/support/loop_runner.h"
#include "tests/support/set_clock.h"

#include <gtest/gtest.h>

#include <utility>

namespace musicfleet::testing {

struct HeardMessages final : fleet::FleetListener {
  std::vector<std::pair<WorkerId, to_coordinator::Message>> messages;
  std::vector<WorkerId> gone;
  std::vector<fleet::Gone> gone_why;
  std::vector<std::string> order;  // "hello", "message" and "gone", as they came

  void on_message(const WorkerId& worker, to_coordinator::Message message) override {
    order.push_back(std::holds_alternative<to_coordinator::Hello>(message) ? "hello" : "message");
    messages.emplace_back(worker, std::move(message));
  }
  void on_gone(const WorkerId& worker, fleet::Gone why) override {
    order.push_back("gone");
    gone.push_back(worker);
    gone_why.push_back(why);
  }

  template <class M>
  int count(const std::string& worker) const {
    int n = 0;
    for (const auto& [from, message] : messages)
      n += from.value == worker && std::holds_alternative<M>(message) ? 1 : 0;
    return n;
  }
};

class FleetBench : public ::testing::Test {
 protected:
  FleetBench() { restart("tcp://127.0.0.1:0"); }

  // A coordinator that has just started, with nothing but its key and, where told, its place.
  void restart(std::string endpoint) {
    server_.reset();
    // The port of the former server is free again when its context is gone; binding is tried until then.
    EXPECT_TRUE(run_until(loop_, [&] {
      boost::asio::post(loop_, [] {});
      auto opened =
          fleet::FleetServer::open(loop_, {endpoint, server_keys_}, Log(log_output_, "fleet"), &clock_);
      if (opened) server_ = std::move(*opened);
      return server_ != nullptr;
    }));
    server_->start(heard_);
  }

  // A client with a key of its own that is let in under this name.
  std::unique_ptr<FleetClient> allowed(const std::string& name, const std::string& routing_id = "") {
    const auto keys = zmq::generate_key_pair();
    server_->allow({name}, keys.public_key);
    return client(keys, routing_id);
  }
  std::unique_ptr<FleetClient> client(const zmq::CurveKeyPair& keys, const std::string& routing_id = "") {
    return std::make_unique<FleetClient>(
        loop_, FleetClientOptions{server_->endpoint(), server_keys_.public_key, keys, routing_id});
  }

  static to_coordinator::Hello hello() {
    return {wire::protocol_version(),
            wire::min_protocol_version(),
            "0.1.0",
            "cpu",
            {{"tiny", "ace_v15", "turbo"}},
            {},
            1};
  }

  // Says hello and waits until it has been heard.
  void greet(FleetClient& client, const std::string& name) {
    const int before = heard_.count<to_coordinator::Hello>(name);
    client.say(hello());
    ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Hello>(name) > before; }));
  }

  bool until(const std::function<bool()>& done) { return run_until(loop_, done); }

  LogCapture log_;
  LogOutput log_output_{LogLevel::kDebug, log_};
  boost::asio::io_context loop_;
  zmq::CurveKeyPair server_keys_ = zmq::generate_key_pair();
  HeardMessages heard_;
  SetClock clock_;  // by which keys begin and end
  std::unique_ptr<fleet::FleetServer> server_;
};

}  // namespace musicfleet::testing
