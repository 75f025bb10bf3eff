#include "coordinator/http/json_body.h"

#include "coordinator/http/error_response.h"
#include "coordinator/http/json_text.h"

#include <strings.h>

namespace musicfleet::http {
namespace {

// "application/json", with or without parameters.
bool is_json(const Fields& headers) {
  static constexpr std::string_view kJson = "application/json";
  const std::string* type = find_field(headers, "Content-Type");
  if (!type || strncasecmp(type->data(), kJson.data(), kJson.size()) != 0) return false;
  return type->size() == kJson.size() ||
         std::string_view("; \t").find((*type)[kJson.size()]) != std::string::npos;
}

}  // namespace

HttpResponse body_refusal(const Error& error, const HttpRequest& request) {
  switch (error.code) {
    case ErrorCode::kTimeout:
      return problem(problems::kRequestTimeout, error.message, {}, request.request_id);
    case ErrorCode::kInvalidArgument:
      return problem(problems::kMalformedHttp, error.message, {}, request.request_id);
    default:
      return error_response(error, request.request_id);
  }
}

boost::asio::awaitable<JsonBody> read_json_body(HttpRequest& request, std::size_t limit) {
  JsonBody body;
  if (!is_json(request.headers)) {
    body.refusal = problem(problems::kUnsupportedMediaType,
                           "this request needs a JSON body and the header Content-Type: application/json",
                           "Content-Type", request.request_id);
    co_return body;
  }
  Result<std::string> raw = co_await read_all(*request.body, limit);
  if (!raw) {
    body.refusal = body_refusal(raw.error(), request);
    co_return body;
  }
  Result<nlohmann::json> document = parse_json_object(*raw);
  if (!document) {
    const Error& error = document.error();
    body.refusal = problem(problems::kMalformedJson, error.message, error.param, request.request_id);
    co_return body;
  }
  body.document = std::move(*document);
  body.raw = std::move(*raw);
  co_return body;
}

}  // namespace musicfleet::http
