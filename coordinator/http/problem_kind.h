// The ways in which a request can fail: the only statuses and codes that an error body can have, in one table
// that the answers are made from and /openapi.json lists. Any thread.
#pragma once

#include "common/result.h"

#include <span>
#include <string_view>

namespace musicfleet::http {

struct ProblemKind {
  int status;
  std::string_view code;     // the machine's name: "malformed_json"
  std::string_view meaning;  // for /openapi.json
};

// What no ErrorCode says: the request cannot be read, or asks for what HTTP itself refuses.
namespace problems {
inline constexpr ProblemKind kMalformedHttp{400, "malformed_http", "it is not HTTP"};
inline constexpr ProblemKind kMalformedUrl{400, "malformed_url",
                                           "its path or query has a broken percent-encoding"};
inline constexpr ProblemKind kMalformedJson{400, "malformed_json", "its body is not a JSON object"};
inline constexpr ProblemKind kMethodNotAllowed{405, "method_not_allowed",
                                               "Allow lists the methods of this path"};
inline constexpr ProblemKind kRequestTimeout{408, "timeout", "it did not arrive in time"};
inline constexpr ProblemKind kUnsupportedMediaType{415, "unsupported_media_type",
                                                   "its body is not application/json"};
inline constexpr ProblemKind kRangeNotSatisfiable{416, "range_not_satisfiable",
                                                  "the range lies outside of the file"};
inline constexpr ProblemKind kHeadersTooLarge{431, "headers_too_large", "its header is too long"};
// Of a submission only.
inline constexpr ProblemKind kIntakePaused{
    503, "intake_paused", "an operator has paused the intake of jobs; those that were taken in go on"};
// Of the ElevenLabs music API, in its words.
inline constexpr ProblemKind kBadPrompt{400, "bad_prompt", "the prompt asks for what is not made here"};
inline constexpr ProblemKind kBadCompositionPlan{400, "bad_composition_plan",
                                                 "the composition plan asks for what is not made here"};
inline constexpr ProblemKind kInvalidApiKey{401, "invalid_api_key", "the key is missing, wrong or revoked"};
inline constexpr ProblemKind kOutcomeUnknown{
    424, "outcome_unknown",
    "ElevenLabs may have done it and its answer was lost; to send it again may cost again"};
inline constexpr ProblemKind kConcurrentLimit{429, "concurrent_limit_exceeded",
                                              "as many songs at once as this tenant may wait for"};
inline constexpr ProblemKind kSystemBusy{
    429, "system_busy",
    "a limit of the tenant, of the coordinator or of the budget is reached; Retry-After says when to come "
    "again"};
inline constexpr ProblemKind kNotImplemented{501, "not_implemented", "this fleet has no such function"};
}  // namespace problems

// All of them, by status.
std::span<const ProblemKind> all_problems();
// What an error that a request ran into is to its client.
const ProblemKind& problem_of(ErrorCode code);

// What a status above 399 is called in `type`, e.g. "validation_error" for 422.
std::string_view error_type_of(int status);

}  // namespace musicfleet::http
