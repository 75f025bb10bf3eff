// The table of routes: which method and path lead to which handler, and what /openapi.json says about it.
// Loop thread.
#pragma once

#include "coordinator/http/error_response.h"
#include "coordinator/http/field_rule.h"

#include <functional>
#include <string>
#include <vector>

namespace musicfleet::http {

// Answers a request; an Error becomes the one error body. Handlers are called on the loop thread, may be
// suspended, and are given a request that lives until they are done.
using Handler = std::function<Awaitable<HttpResponse>(HttpRequest&)>;

enum class Access {
  kOpen,    // anybody
  kApiKey,  // HttpRequest::who is set
  kAdmin,
  kTicket,  // the path itself carries a one-time secret
};

// The answer to an error that a request ran into.
using ErrorForm = HttpResponse (*)(const Error& error, std::string_view request_id);

// Whatever no other answer of the route has.
inline constexpr int kAnyStatus = 0;

// An answer that is no error body, for /openapi.json.
struct RouteAnswer {
  int status = 200;  // or kAnyStatus
  std::string description;
  JsonSchema json = {};                            // sent as application/json
  std::vector<std::string_view> media_types = {};  // instead of JSON
  std::span<const FieldRule> headers = {};         // beyond those of every answer
};

struct Route {
  std::string method;
  std::string pattern;  // "/v1/jobs/{id}": a parameter fills a whole segment
  Access access = Access::kOpen;
  KeyScope scope = KeyScope::kAdminWrite;  // that the key must have, where one is needed
  std::string_view group = {};             // heading in /openapi.json: "Jobs"
  std::string summary = {};
  std::vector<RouteAnswer> answers = {};
  std::vector<int> problems =
      {};  // statuses of its error bodies beyond those that every route of its shape has
  Handler handler;
  std::span<const FieldRule> query = {};
  std::span<const FieldRule> headers = {};  // of the request
  JsonSchema body = {};                     // sent as application/json
  std::string_view body_media_type = {};    // instead of JSON
  ErrorForm error_form = error_response;
  bool open_query = false;  // parameters beyond `query` are ignored; the handler checks those
};

struct RouteMatch {
  const Route* route = nullptr;  // null: no such path, or not with this method
  Fields parameters;             // decoded
  std::string allow;             // methods of the path, "DELETE, GET, HEAD", where only the method is wrong
};

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  // `path` is percent-encoded. A GET route answers HEAD as well. kInvalidArgument for broken
  // percent-encoding.
  Result<RouteMatch> match(std::string_view method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace musicfleet::http
