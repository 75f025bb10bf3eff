#include "common/hub/hub_answer.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpReply reply(int status, std::vector<HttpHeader> headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = {}};
}

TEST(HubAnswer, WhoNeedsATokenIsToldHowToGiveIt) {
  const Error without = refusal_of(reply(401), "a/b", false);
  EXPECT_EQ(without.code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(without.message, HasSubstr("--token-file"));
  EXPECT_THAT(refusal_of(reply(401), "a/b", true).message, HasSubstr("does not accept the token"));
  const Error gated = refusal_of(reply(403, {{"X-Error-Code", "GatedRepo"}}), "a/b", true);
  EXPECT_EQ(gated.code, ErrorCode::kForbidden);
  EXPECT_THAT(gated.message, HasSubstr("gated"));
}

TEST(HubAnswer, TheHubsOwnWordsAreShownWithoutWhatSteersATerminal) {
  const Error error = refusal_of(reply(404, {{"X-Error-Message", "gone\x1b[2J"}}), "a/b", false);
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("gone?[2J"));
  EXPECT_THAT(error.message, Not(HasSubstr("\x1b")));
}

TEST(HubAnswer, OnlyWhatPassesIsWorthAnotherTry) {
  for (const int status : {408, 429, 500, 502, 503, 504})
    EXPECT_TRUE(is_passing(refusal_of(reply(status), "x", false))) << status;
  for (const int status : {400, 401, 403, 404, 410, 418})
    EXPECT_FALSE(is_passing(refusal_of(reply(status), "x", false))) << status;
}

TEST(HubAnswer, RetryAfterIsANumberOfSeconds) {
  const auto asked = [](const char* value) { return retry_after(reply(429, {{"Retry-After", value}})); };
  EXPECT_EQ(asked("7"), std::chrono::seconds(7));
  EXPECT_EQ(asked("99999999999"), std::chrono::hours(24));
  for (const char* value : {"", "-1", "7.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"})
    EXPECT_EQ(asked(value), std::nullopt) << value;
}

}  // namespace
}  // namespace musicfleet
