// The one error body of the HTTP API, {"detail":{"type","code","status","message","param","request_id"}}, and
// the one table from ErrorCode to HTTP status. Any thread.
#pragma once

#include "coordinator/http/message.h"

namespace musicfleet::http {

// The HTTP status for an error that a request ran into.
int status_of(ErrorCode code);

// What an HTTP status above 399 is called in `type`, e.g. "validation_error" for 422.
std::string_view error_type_of(int status);

// `code` is the machine's name ("invalid_argument", "method_not_allowed"); 401, 429 and 503 get their
// headers.
HttpResponse problem(int status, std::string_view code, std::string_view message, std::string_view param,
                     std::string_view request_id);

// The same for an Error. What went wrong inside the coordinator is not told to the client: kInternal and
// kCorrupt keep their message in HttpResponse::cause.
HttpResponse error_response(const Error& error, std::string_view request_id);

}  // namespace musicfleet::http
