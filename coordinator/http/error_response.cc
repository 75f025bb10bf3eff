#include "coordinator/http/error_response.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 422;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
    case ErrorCode::kCancelled:
      return 409;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kQuota:
      return 429;
    case ErrorCode::kUnavailable:
    case ErrorCode::kOutOfMemory:
      return 503;
    case ErrorCode::kTimeout:
      return 504;
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

std::string_view error_type_of(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "authorization_error";
    case 404:
      return "not_found_error";
    case 408:
    case 504:
      return "timeout_error";
    case 409:
      return "conflict_error";
    case 422:
      return "validation_error";
    case 429:
      return "rate_limit_error";
    case 503:
      return "unavailable_error";
    default:
      return status < 500 ? "request_error" : "internal_error";
  }
}

HttpResponse problem(int status, std::string_view code, std::string_view message, std::string_view param,
                     std::string_view request_id) {
  using nlohmann::ordered_json;
  const ordered_json detail{{"type", error_type_of(status)},
                            {"code", code},
                            {"status", code},
                            {"message", message},
                            {"param", param.empty() ? ordered_json(nullptr) : ordered_json(param)},
                            {"request_id", request_id}};
  // A message may quote what the client sent, which need not be UTF-8.
  HttpResponse response = json_response(
      status, ordered_json{{"detail", detail}}.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (status == 429) response.headers.push_back({"Retry-After", "30"});
  if (status == 503) response.headers.push_back({"Retry-After", "5"});
  return response;
}

HttpResponse error_response(const Error& error, std::string_view request_id) {
  const int status = status_of(error.code);
  if (status != 500) return problem(status, name_of(error.code), error.message, error.param, request_id);
  HttpResponse response = problem(
      status, name_of(error.code),
      "the coordinator failed at this request; its log has the cause under this request_id", {}, request_id);
  response.cause = error.message;
  return response;
}

}  // namespace musicfleet::http
