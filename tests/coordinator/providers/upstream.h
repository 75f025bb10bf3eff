// The provider for tests: answers what it is told to, keeps what it was asked. Any thread.
#pragma once

#include "coordinator/providers/song_order.h"
#include "tests/support/scripted_http_server.h"

#include <condition_variable>
#include <deque>

namespace musicfleet::providers {

using musicfleet::testing::ScriptedReply;
using musicfleet::testing::ScriptedRequest;

class Upstream {
 public:
  Upstream();
  // Lets go of what it holds.
  ~Upstream();

  std::string url() const { return server_.url(); }
  std::string host_and_port() const { return server_.url().substr(7); }

  // The next answers, in this order; a song once there are none left.
  void answer_with(std::vector<ScriptedReply> replies);
  // Requests are not answered until let_go().
  void hold();
  // Blocks while it holds.
  void wait_for_release();
  void let_go();

  std::vector<ScriptedRequest> received() const;
  void wait_for_requests(std::size_t number);

 private:
  ScriptedReply on_request(const ScriptedRequest& request);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ScriptedReply> replies_;
  std::vector<ScriptedRequest> received_;
  bool holds_ = false;
  musicfleet::testing::ScriptedHttpServer server_;
};

// Ten seconds of mp3 at 128 kbit/s, by its first bytes and its size.
std::string song_bytes();
SongOrder song_order();
ScriptedReply song();
// In the vendor's own form.
ScriptedReply refusal(int status, const std::string& code, const std::string& more_headers = {});
// As a gateway in front of the vendor would say it.
ScriptedReply gateway(int status);

// The value of a header line; empty without one.
std::string header_of(const ScriptedRequest& request, const std::string& name);

}  // namespace musicfleet::providers
