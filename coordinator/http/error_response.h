// The one error body of the HTTP API, {"detail":{"type","code","status","message","param","request_id"}}. Any
// thread.
#pragma once

#include "coordinator/http/message.h"
#include "coordinator/http/problem_kind.h"

#include <chrono>

namespace musicfleet::http {

// 401, 429 and 503 get their headers.
HttpResponse problem(const ProblemKind& kind, std::string_view message, std::string_view param,
                     std::string_view request_id);

// The same for an Error. What went wrong inside the coordinator is not told to the client: kInternal and
// kCorrupt keep their message in HttpResponse::cause.
HttpResponse error_response(const Error& error, std::string_view request_id);

// kQuota, with the time after which another try makes sense.
HttpResponse turned_away(const Error& why, std::chrono::seconds retry_after, std::string_view request_id);

}  // namespace musicfleet::http
