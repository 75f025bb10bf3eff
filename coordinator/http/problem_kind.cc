#include "coordinator/http/problem_kind.h"

#include <algorithm>
#include <array>

namespace musicfleet::http {
namespace {

constexpr std::array kProblems{
    problems::kMalformedHttp,
    problems::kMalformedUrl,
    problems::kMalformedJson,
    problems::kBadPrompt,
    problems::kBadCompositionPlan,
    ProblemKind{401, "unauthenticated", "the key is missing, wrong, revoked or expired"},
    problems::kInvalidApiKey,
    ProblemKind{403, "forbidden", "the key does not have the scope that this needs; the message names it"},
    ProblemKind{404, "not_found", "there is no such path, job, upload or file"},
    problems::kMethodNotAllowed,
    problems::kRequestTimeout,
    ProblemKind{409, "conflict", "it contradicts what is stored"},
    ProblemKind{409, "cancelled", "what it asks for was cancelled"},
    ProblemKind{413, "too_large", "its body is above the limit"},
    problems::kUnsupportedMediaType,
    problems::kRangeNotSatisfiable,
    ProblemKind{422, "invalid_argument", "param names the field at fault; nothing was changed"},
    problems::kOutcomeUnknown,
    ProblemKind{
        429, "quota_exceeded",
        "a limit of the tenant or of the coordinator is reached; Retry-After says when to come again"},
    problems::kConcurrentLimit,
    problems::kSystemBusy,
    problems::kHeadersTooLarge,
    ProblemKind{500, "internal", "the coordinator failed; its log has the cause under the request id"},
    ProblemKind{500, "corrupt", "the coordinator failed; its log has the cause under the request id"},
    problems::kNotImplemented,
    problems::kIntakePaused,
    ProblemKind{503, "unavailable", "the store, the disk or a free connection is not there at the moment"},
    ProblemKind{503, "out_of_memory", "there is no memory for it at the moment"},
    ProblemKind{504, "timeout", "something inside took too long"}};

// The row of an ErrorCode: 408 and 504 share a name, of which the last is the coordinator's own.
constexpr const ProblemKind* row_of(std::string_view code) {
  for (auto row = kProblems.rbegin(); row != kProblems.rend(); ++row)
    if (row->code == code) return &*row;
  return nullptr;
}

}  // namespace

std::span<const ProblemKind> all_problems() { return kProblems; }

const ProblemKind& problem_of(ErrorCode code) {
  const ProblemKind* row = row_of(name_of(code));
  return row ? *row : *row_of("internal");
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

}  // namespace musicfleet::http
