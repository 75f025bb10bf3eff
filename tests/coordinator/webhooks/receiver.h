// An endpoint for tests: keeps what it is sent and answers what it is told to. Any thread.
#pragma once

#include "tests/support/scripted_http_server.h"

#include <condition_variable>
#include <deque>

namespace musicfleet::webhooks {

using musicfleet::testing::ScriptedReply;
using musicfleet::testing::ScriptedRequest;

class Receiver {
 public:
  Receiver();
  // Lets go of what it holds.
  ~Receiver();

  std::string url() const { return server_.url() + "/hooks"; }
  std::string host_and_port() const { return server_.url().substr(7); }

  // The next answers, in this order; 200 once there are none left.
  void answer_with(std::vector<ScriptedReply> replies);
  // Answers nothing until let_go().
  void hold();
  void let_go();

  std::vector<ScriptedRequest> received() const;

 private:
  ScriptedReply on_request(const ScriptedRequest& request);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ScriptedReply> replies_;
  std::vector<ScriptedRequest> received_;
  bool holds_ = false;
  musicfleet::testing::ScriptedHttpServer server_;
};

// The value of a header line; empty without one.
std::string header_of(const ScriptedRequest& request, const std::string& name);

}  // namespace musicfleet::webhooks
