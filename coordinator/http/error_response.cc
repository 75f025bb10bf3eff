#include "coordinator/http/error_response.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::http {

HttpResponse problem(const ProblemKind& kind, std::string_view message, std::string_view param,
                     std::string_view request_id) {
  using nlohmann::ordered_json;
  const ordered_json detail{{"type", error_type_of(kind.status)},
                            {"code", kind.code},
                            {"status", kind.code},
                            {"message", message},
                            {"param", param.empty() ? ordered_json(nullptr) : ordered_json(param)},
                            {"request_id", request_id}};
  // A message may quote what the client sent, which need not be UTF-8.
  HttpResponse response = json_response(
      kind.status,
      ordered_json{{"detail", detail}}.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  if (kind.status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (kind.status == 429) response.headers.push_back({"Retry-After", "30"});
  if (kind.status == 503)
    response.headers.push_back({"Retry-After", kind.code == problems::kIntakePaused.code ? "30" : "5"});
  return response;
}

HttpResponse error_response(const Error& error, std::string_view request_id) {
  const ProblemKind& kind = problem_of(error.code);
  if (kind.status != 500) return problem(kind, error.message, error.param, request_id);
  HttpResponse response =
      problem(kind, "the coordinator failed at this request; its log has the cause under this request_id", {},
              request_id);
  response.cause = error.message;
  return response;
}

HttpResponse turned_away(const Error& why, std::chrono::seconds retry_after, std::string_view request_id) {
  HttpResponse response = error_response(why, request_id);
  for (auto& [name, value] : response.headers)
    if (name == "Retry-After") value = std::to_string(std::max(retry_after.count(), std::int64_t{1}));
  return response;
}

}  // namespace musicfleet::http
