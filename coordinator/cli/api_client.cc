#include "coordinator/cli/api_client.h"

#include "coordinator/cli/console.h"
#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostOfForeignBody = 200;  // characters of an error page that are quoted

bool is_success(int status) { return status >= 200 && status < 300; }

ErrorCode code_of_status(int status) {
  switch (status) {
    case 400:
    case 422:
      return ErrorCode::kInvalidArgument;
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kForbidden;
    case 404:
      return ErrorCode::kNotFound;
    case 408:
    case 504:
      return ErrorCode::kTimeout;
    case 409:
      return ErrorCode::kConflict;
    case 413:
      return ErrorCode::kTooLarge;
    case 429:
      return ErrorCode::kQuota;
    case 502:
    case 503:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

}  // namespace

Error refusal_of(const HttpReply& reply) {
  const json body = json::parse(reply.body, nullptr, false);
  const json& detail = object_of(body, "detail");
  const std::string message = text_of(detail, "message");
  if (message.empty()) {
    std::string text = concat("HTTP status ", reply.status);
    if (!reply.body.empty()) text += ": " + one_line(reply.body, kMostOfForeignBody);
    return Error{code_of_status(reply.status), std::move(text)};
  }
  const std::string code = text_of(detail, "code");
  ErrorCode known = error_code_of(code);
  // A code of a newer coordinator, or of HTTP itself ("method_not_allowed"): its status says what kind it is.
  if (known == ErrorCode::kInternal && code != name_of(ErrorCode::kInternal))
    known = code_of_status(reply.status);
  return Error{known, message, text_of(detail, "param")};
}

std::string path_segment(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string segment;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '~' || c == '.';
    if (plain)
      segment.push_back(c);
    else
      segment.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  return segment;
}

ApiClient::ApiClient(Endpoint endpoint, HttpClientOptions options)
    : endpoint_(std::move(endpoint)), http_(options) {}

std::vector<HttpHeader> ApiClient::with_key(std::vector<HttpHeader> headers) const {
  headers.push_back({"Authorization", "Bearer " + endpoint_.key});
  return headers;
}

Error ApiClient::about(Error error) const {
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout ||
      error.code == ErrorCode::kUnauthenticated)
    error.message = concat(endpoint_.url, ": ", error.message);
  return error;
}

Result<json> ApiClient::json_answer(const Result<HttpReply>& reply) const {
  if (!reply) {
    Error silent = about(reply.error());
    if (silent.code == ErrorCode::kUnavailable) silent.message += "; does the coordinator run there?";
    return Failure(std::move(silent));
  }
  if (!is_success(reply->status)) return Failure(about(refusal_of(*reply)));
  if (reply->body.empty()) return json();
  json document = json::parse(reply->body, nullptr, false);
  if (document.is_discarded())
    return fail(ErrorCode::kCorrupt, endpoint_.url,
                " does not answer in JSON: is it a musicfleet coordinator?");
  return document;
}

Result<json> ApiClient::get(const std::string& path, std::stop_token stop) {
  return json_answer(http_.request("GET", endpoint_.url + path, with_key({}), {}, std::move(stop)));
}

Result<std::string> ApiClient::text(const std::string& path) {
  Result<HttpReply> reply = http_.request("GET", endpoint_.url + path, with_key({}));
  if (!reply) return Failure(about(reply.error()));
  if (!is_success(reply->status)) return Failure(about(refusal_of(*reply)));
  return std::move(reply->body);
}

Result<json> ApiClient::post(const std::string& path, const json& body, std::vector<HttpHeader> headers,
                             std::stop_token stop) {
  headers.push_back({"Content-Type", "application/json"});
  // Without exceptions: a name that is not UTF-8 is sent with replacement characters, for the coordinator to
  // refuse.
  const std::string text = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return json_answer(
      http_.request("POST", endpoint_.url + path, with_key(std::move(headers)), text, std::move(stop)));
}

Result<json> ApiClient::remove(const std::string& path, std::stop_token stop) {
  return json_answer(http_.request("DELETE", endpoint_.url + path, with_key({}), {}, std::move(stop)));
}

Result<> ApiClient::events(const std::string& path, const HttpClient::OnLine& on_line, std::stop_token stop) {
  const auto reply = http_.stream_lines(endpoint_.url + path, with_key({{"Accept", "text/event-stream"}}),
                                        on_line, std::move(stop));
  if (!reply) return Failure(about(reply.error()));
  if (!is_success(reply->status)) return Failure(about(refusal_of(*reply)));
  if (reply->header("Content-Type").substr(0, 17) != "text/event-stream")
    return fail(ErrorCode::kCorrupt, endpoint_.url, path, " is not an event stream");
  return {};
}

Result<> ApiClient::download(const std::string& path, const std::filesystem::path& file,
                             const HttpClient::Progress& progress, std::stop_token stop) {
  const auto reply = http_.download(endpoint_.url + path, with_key({}), file, progress, std::move(stop));
  if (!reply) return Failure(about(reply.error()));
  if (!is_success(reply->status)) return Failure(about(refusal_of(*reply)));
  return {};
}

}  // namespace musicfleet::cli
