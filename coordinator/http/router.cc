#include "coordinator/http/router.h"

#include "coordinator/http/target.h"

#include <set>

namespace musicfleet::http {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == path.npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

// The values of the pattern's parameters, or nothing when the path has another shape.
Result<std::optional<Fields>> parameters_in(std::string_view pattern, std::string_view path) {
  const auto expected = segments_of(pattern), given = segments_of(path);
  if (expected.size() != given.size()) return std::nullopt;
  Fields parameters;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!is_parameter(expected[i])) {
      if (expected[i] != given[i]) return std::nullopt;
      continue;
    }
    if (given[i].empty()) return std::nullopt;
    const std::string_view name = expected[i].substr(1, expected[i].size() - 2);
    parameters.push_back({std::string(name), MF_TRY(percent_decode(given[i]))});
  }
  return parameters;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

Result<RouteMatch> Router::match(std::string_view method, std::string_view path) const {
  RouteMatch match;
  std::set<std::string> allowed;
  for (const Route& route : routes_) {
    auto parameters = MF_TRY(parameters_in(route.pattern, path));
    if (!parameters) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      match.route = &route;
      match.parameters = std::move(*parameters);
      return match;
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  for (const std::string& name : allowed) match.allow += (match.allow.empty() ? "" : ", ") + name;
  return match;
}

}  // namespace musicfleet::http
