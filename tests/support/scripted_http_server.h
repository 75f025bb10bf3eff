// An HTTP server for tests that answers what a script says, broken answers included: for what a real
// coordinator does only when something goes wrong. Serves one connection after another on a thread of its
// own, one request each.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace musicfleet::testing {

struct ScriptedRequest {
  std::string method;
  std::string target;
  std::string head;  // all of the header, as it came
  std::string body;
};

struct ScriptedReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::size_t missing_bytes = 0;            // announced in Content-Length, never sent
  std::string more_headers = {};            // lines with their ends
  std::optional<std::string> raw = {};      // sent as it is, instead of all of the above
  std::function<void()> before_close = {};  // what happens between the last byte and the connection's end
};

class ScriptedHttpServer {
 public:
  using Script = std::function<ScriptedReply(const ScriptedRequest&)>;

  // The script runs on the server's thread.
  explicit ScriptedHttpServer(Script script);
  ~ScriptedHttpServer();
  ScriptedHttpServer(const ScriptedHttpServer&) = delete;
  ScriptedHttpServer& operator=(const ScriptedHttpServer&) = delete;

  std::string url() const;
  // "GET /v1/jobs", in the order in which they came.
  std::vector<std::string> requests() const;

 private:
  void serve();
  void answer(int connection);

  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace musicfleet::testing
