#include "coordinator/http/router.h"

#include "common/job_spec.h"
#include "coordinator/http/target.h"

#include <algorithm>
#include <set>

namespace musicfleet::http {
namespace {

// Takes the first segment off a path; what is left, where a slash follows.
struct Split {
  std::string_view segment;
  std::optional<std::string_view> rest;
};

Split split(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return {path, std::nullopt};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool is_parameter(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

// The values of the pattern's parameters, or nothing when the path has another shape.
Result<std::optional<Fields>> parameters_in(std::string_view pattern, std::string_view path) {
  if (std::count(pattern.begin(), pattern.end(), '/') != std::count(path.begin(), path.end(), '/'))
    return std::nullopt;
  Fields parameters;
  std::optional<std::string_view> patterns = pattern, segments = path;
  while (patterns && segments) {
    const Split expected = split(*patterns), given = split(*segments);
    patterns = expected.rest;
    segments = given.rest;
    if (!is_parameter(expected.segment)) {
      if (expected.segment != given.segment) return std::nullopt;
      continue;
    }
    if (given.segment.empty()) return std::nullopt;
    const std::string_view name = expected.segment.substr(1, expected.segment.size() - 2);
    std::string value = MF_TRY(percent_decode(given.segment));
    if (!is_utf8(value)) return fail(ErrorCode::kInvalidArgument, "the path is not valid UTF-8");
    parameters.push_back({std::string(name), std::move(value)});
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
