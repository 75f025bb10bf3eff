#include "common/hub/hub_answer.h"

#include "common/printable.h"

#include <algorithm>
#include <charconv>

namespace musicfleet {
namespace {

constexpr std::chrono::seconds kLongestAsked{24 * 3600};

// What the hub itself says of it, in brackets.
std::string own_words(const HttpReply& reply) {
  const std::string_view message = reply.header("X-Error-Message");
  return message.empty() ? std::string() : concat(" (the hub says: ", printable(message), ")");
}

}  // namespace

Error refusal_of(const HttpReply& reply, const std::string& what, bool with_token) {
  const std::string_view code = reply.header("X-Error-Code");
  const std::string words = own_words(reply);
  const auto error = [&](ErrorCode kind, const auto&... parts) {
    return Error{kind, concat(parts..., words)};
  };
  if (code == "GatedRepo")
    return error(reply.status == 401 ? ErrorCode::kUnauthenticated : ErrorCode::kForbidden, what,
                 " is gated: accept its conditions on the hub's page and give the token of that account with "
                 "--token-file");
  switch (reply.status) {
    case 401:
      if (with_token) return error(ErrorCode::kUnauthenticated, "the hub does not accept the token");
      return error(ErrorCode::kUnauthenticated, "the hub shows ", what,
                   " to nobody without a token, or has no such thing: see --token-file");
    case 403:
      return error(ErrorCode::kForbidden,
                   with_token ? "the token may not read " : "the hub does not let anybody read ", what);
    case 404:
      return error(ErrorCode::kNotFound, "the hub has no ",
                   code == "RevisionNotFound" ? "such revision of " : "", what);
    case 408:
      return error(ErrorCode::kTimeout, "the hub gave up waiting");
    case 429:
      return error(ErrorCode::kQuota, "the hub is asked too often");
    default:
      return error(reply.status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInternal, "the hub answered ",
                   reply.status, " for ", what);
  }
}

bool is_passing(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout ||
         error.code == ErrorCode::kQuota;
}

std::optional<std::chrono::seconds> retry_after(const HttpReply& reply) {
  const std::string_view text = reply.header("Retry-After");
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size() || seconds < 0) return {};
  return std::min(std::chrono::seconds(seconds), kLongestAsked);
}

}  // namespace musicfleet
