// The body of POST /v1/jobs as a Submission. Any thread.
#pragma once

#include "coordinator/http/backend.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// Checks every field; the error's param names the one at fault. The idempotency key and the body's hash are
// left to the route.
Result<Submission> submission_from(const nlohmann::json& body);

// Of the value of an Idempotency-Key header: 1 to 255 printable ASCII characters.
Result<std::string> checked_idempotency_key(const std::string& value);

}  // namespace musicfleet::http
