// What the routes of the admin API have in common: the key and its scope, the heading, the size of a body.
// Loop thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

constexpr std::size_t kMaxAdminBodyBytes = 16 * 1024;

// What a route takes besides its path.
struct AdminInput {
  JsonSchema body = {};
  std::span<const FieldRule> query = {};
};

// Whatever does not GET changes something. `problems` as in Route. The handler calls the member of `routes`,
// which outlives the route.
template <class Routes>
Route admin_route(Routes* routes, std::string method, std::string pattern, std::string summary,
                  std::vector<RouteAnswer> answers, std::vector<int> problems,
                  Awaitable<HttpResponse> (Routes::*member)(HttpRequest&), AdminInput input = {}) {
  const KeyScope scope = method == "GET" ? KeyScope::kAdminRead : KeyScope::kAdminWrite;
  return Route{.method = std::move(method),
               .pattern = std::move(pattern),
               .access = Access::kAdmin,
               .scope = scope,
               .group = "Administration",
               .summary = std::move(summary),
               .answers = std::move(answers),
               .problems = std::move(problems),
               .handler = [routes, member](HttpRequest& request) { return (routes->*member)(request); },
               .query = input.query,
               .body = input.body};
}

// 204.
HttpResponse no_content();

}  // namespace musicfleet::http
