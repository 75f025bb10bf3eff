// What a hub's refusal means for the person who waits: the error with its reason, and whether asking again
// may help. Pure functions, any thread.
#pragma once

#include "common/http_reply.h"
#include "common/result.h"

#include <chrono>
#include <optional>
#include <string>

namespace musicfleet {

// The error of an answer that is not 2xx. `what` is what was asked for, e.g. "owner/name"; with_token: a
// token was sent with the question.
Error refusal_of(const HttpReply& reply, const std::string& what, bool with_token);

// Whether an error passes by itself: a connection that broke, a busy hub, too many questions.
bool is_passing(const Error& error);

// Seconds of a Retry-After header; nothing where it is absent or a date.
std::optional<std::chrono::seconds> retry_after(const HttpReply& reply);

}  // namespace musicfleet
