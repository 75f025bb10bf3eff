// How an HTTP listener behaves. Plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace musicfleet::http {

// One answered request, for log and metrics. Holds no path as sent, which may carry an upload token, and
// nothing of a body.
struct AccessRecord {
  std::string peer;
  std::string request_id;
  std::string method;
  std::string route;  // the pattern, "/v1/jobs/{id}"; empty where none matched
  int status = 0;
  std::uint64_t body_bytes = 0;  // sent
  std::chrono::microseconds took{0};
  std::string cause;  // what went wrong inside, where something did
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // a numeric address, or "localhost"
  std::uint16_t port = 0;             // 0: any free one
  bool behind_proxy = false;          // TLS is somebody else's: may listen beyond loopback

  std::size_t max_connections = 1024;
  // Above those, for requests with an upload ticket only: finished songs get in however many clients there
  // are.
  std::size_t upload_connections = 64;
  std::uint32_t max_header_bytes = 16 * 1024;
  std::chrono::milliseconds idle_timeout{75'000};    // between two requests
  std::chrono::milliseconds header_timeout{10'000};  // from its first byte to the end of the header
  // Of an upload connection, from its beginning: a worker speaks at once, and others wait for the place.
  std::chrono::milliseconds upload_header_timeout{2'000};
  std::chrono::milliseconds body_timeout{30'000};   // for a body; a second more for each KiB received
  std::chrono::milliseconds write_timeout{60'000};  // for a piece of an answer

  std::function<void(const AccessRecord&)> on_request;  // may be empty; called on the loop thread
};

}  // namespace musicfleet::http
