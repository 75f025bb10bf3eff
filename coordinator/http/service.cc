#include "coordinator/http/service.h"

#include "coordinator/http/error_response.h"
#include "coordinator/http/target.h"

#include <nlohmann/json.hpp>
#include <strings.h>

#include <exception>

namespace musicfleet::http {
namespace {

Result<> check_scope(const Route& route, const KeyScopes& held) {
  if (held.contains(route.scope)) return {};
  return fail(ErrorCode::kForbidden, "this needs a key with the scope ", name_of(route.scope),
              "; the one that was sent has ", held.empty() ? std::string("none") : text_of(held));
}

}  // namespace

Service::Service(Backend& backend, std::vector<Route> routes)
    : backend_(backend), router_(std::move(routes)) {}

boost::asio::awaitable<HttpResponse> Service::serve(HttpRequest& request) {
  HttpResponse response;
  std::string pattern;
  try {
    Result<HttpResponse> answered = co_await answer(request, pattern);
    response = answered ? std::move(*answered) : error_response(answered.error(), request.request_id);
  } catch (const std::exception& failure) {
    const Error error{ErrorCode::kInternal, concat("exception: ", failure.what())};
    response = error_response(error, request.request_id);
  }
  response.route = std::move(pattern);
  co_return response;
}

bool Service::takes_ticket(const HttpRequest& request) const {
  const Result<RouteMatch> match = router_.match(request.method, request.path);
  return match && match->route && match->route->access == Access::kTicket;
}

Awaitable<HttpResponse> Service::answer(HttpRequest& request, std::string& pattern) {
  Result<RouteMatch> match = router_.match(request.method, request.path);
  if (!match) co_return problem(problems::kMalformedUrl, match.error().message, {}, request.request_id);
  if (!match->route && match->allow.empty())
    co_return problem(problem_of(ErrorCode::kNotFound), "there is nothing at this path; see /openapi.json",
                      {}, request.request_id);
  if (!match->route) {
    HttpResponse refusal = problem(problems::kMethodNotAllowed, concat("this path answers ", match->allow),
                                   {}, request.request_id);
    refusal.headers.push_back({"Allow", match->allow});
    co_return refusal;
  }
  const Route& route = *match->route;
  pattern = route.pattern;
  request.path_parameters = std::move(match->parameters);

  const Result<> admitted = co_await admit(route, request);
  if (!admitted) co_return route.error_form(admitted.error(), request.request_id);

  Result<Fields> query = parse_query(request.query);
  if (!query) co_return problem(problems::kMalformedUrl, query.error().message, {}, request.request_id);
  if (!route.open_query) {
    const auto checked = read_query(route.query, *query);
    if (!checked) co_return route.error_form(checked.error(), request.request_id);
  }
  request.query_parameters = std::move(*query);

  Result<HttpResponse> answered = co_await route.handler(request);
  if (!answered) co_return route.error_form(answered.error(), request.request_id);
  co_return answered;
}

Awaitable<> Service::admit(const Route& route, HttpRequest& request) {
  if (route.access == Access::kOpen || route.access == Access::kTicket) co_return Result<>();
  Result<std::string> key = presented_key(request.headers);
  if (!key) co_return Failure(key.error());
  if (route.access == Access::kAdmin) {
    Result<Operator> by = co_await backend_.authenticate_admin(std::move(*key));
    if (!by) co_return Failure(by.error());
    request.by = std::move(*by);
    co_return check_scope(route, request.by.scopes);
  }
  Result<Principal> who = co_await backend_.authenticate(std::move(*key));
  if (!who) co_return Failure(who.error());
  request.who = std::move(*who);
  co_return check_scope(route, request.who.scopes);
}

Result<std::string> presented_key(const Fields& headers) {
  static constexpr std::string_view kScheme = "Bearer ";
  if (const std::string* given = find_field(headers, "Authorization")) {
    if (given->size() > kScheme.size() && strncasecmp(given->data(), kScheme.data(), kScheme.size()) == 0)
      return given->substr(given->find_first_not_of(' ', kScheme.size() - 1));
    return fail(ErrorCode::kUnauthenticated, "the Authorization header must be: Bearer KEY");
  }
  if (const std::string* given = find_field(headers, "xi-api-key"); given && !given->empty()) return *given;
  return fail(ErrorCode::kUnauthenticated,
              "an API key is needed, as the header Authorization: Bearer KEY or xi-api-key: KEY");
}

}  // namespace musicfleet::http
