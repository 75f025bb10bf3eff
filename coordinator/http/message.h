// An HTTP request and its answer as the routes see them: text and bytes, no socket and no Beast. The
// connection fills in the request and sends the answer. Loop thread.
#pragma once

#include "coordinator/http/backend.h"
#include "coordinator/http/fields.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace musicfleet::http {

// The body of a request, still on the wire.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  // Content-Length; nothing for a chunked body.
  virtual std::optional<std::uint64_t> length() const = 0;
  // The next bytes, at most as many as fit; 0 at the end of the body. kTimeout from a silent peer,
  // kInvalidArgument for broken framing, kUnavailable when the peer is gone.
  virtual Awaitable<std::size_t> read_some(std::span<std::byte> into) = 0;
};

// The whole body; kTooLarge, before reading where the length is declared, above `limit` bytes.
Awaitable<std::string> read_all(RequestBody& body, std::size_t limit);

// The body of an answer that is not at hand in memory. An error breaks the connection off, so that the client
// does not take a part for the whole.
class ResponseBody {
 public:
  virtual ~ResponseBody() = default;
  // The next bytes; empty at the end.
  virtual Awaitable<std::string> next() = 0;
};

struct HttpRequest {
  std::string method;  // as sent: "GET"
  std::string target;  // as sent: "/v1/jobs?limit=2"
  std::string path;    // still percent-encoded: "/v1/jobs"
  std::string query;   // still percent-encoded: "limit=2"
  Fields headers;
  std::string peer;        // address and port, for the log
  std::string request_id;  // the client's, where it is sane, or a new one
  RequestBody* body = nullptr;
  std::function<bool()> peer_gone = [] { return false; };  // whether the client has closed its connection

  // Filled in by the service once it knows the route.
  Fields path_parameters;   // decoded: {id} of the pattern
  Fields query_parameters;  // decoded
  Principal who;            // of a route for API keys
  Operator by;              // of a route for admin keys

  // The decoded parameter; the pattern has one of that name.
  const std::string& path_parameter(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  Fields headers;
  std::string body;
  std::unique_ptr<ResponseBody> stream;        // instead of `body`
  std::optional<std::uint64_t> stream_length;  // unset: until the stream ends (chunked)
  std::string route;  // the pattern that answered, for log and metrics; empty without one
  std::string cause;  // for the log: what an "internal" error hides from the client
};

HttpResponse json_response(int status, std::string json);

}  // namespace musicfleet::http
