#include "coordinator/webhooks/retry.h"

#include <gtest/gtest.h>

#include <limits>

namespace musicfleet::webhooks {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{std::chrono::milliseconds(1'800'000'000'000)};
constexpr std::uint64_t kNoJitter = 0;

Answer answered(int status, std::optional<std::chrono::seconds> retry_after = {}) {
  return {status, retry_after, {}};
}
const Answer kSilence{{}, {}, "Connection refused"};

TEST(Retry, ASuccessEndsTheMessageAndForgetsWhatFailed) {
  for (const int status : {200, 201, 204, 299}) {
    const Verdict verdict = judge(answered(status), 3, {7, kNow - 1h, kNow}, kNow, 99);
    EXPECT_EQ(verdict.state, DeliveryState::kDelivered) << status;
    EXPECT_EQ(verdict.next_at, std::nullopt);
    EXPECT_EQ(verdict.health.failures, 0);
    EXPECT_EQ(verdict.health.failing_since, std::nullopt);
    EXPECT_EQ(verdict.health.rests_until, std::nullopt);
  }
}

TEST(Retry, FollowsTheScheduleOfTheSpecificationAndEndsAfterTenAttempts) {
  const std::chrono::milliseconds schedule[] = {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
  int attempts = 0;
  for (const auto delay : schedule) {
    const Verdict verdict = judge(answered(400), ++attempts, {}, kNow, kNoJitter);
    EXPECT_EQ(verdict.state, DeliveryState::kWaiting);
    EXPECT_EQ(verdict.next_at, kNow + delay) << attempts;
    EXPECT_EQ(verdict.problem, "answered 400");
  }
  const Verdict last = judge(answered(400), ++attempts, {}, kNow, kNoJitter);
  EXPECT_EQ(attempts, kMostAttempts);
  EXPECT_EQ(last.state, DeliveryState::kFailed);
  EXPECT_EQ(last.next_at, std::nullopt);
}

TEST(Retry, IsSpreadByATenthAtMost) {
  std::uint64_t random = 0;
  WallTime earliest = kNow + 24h, latest = kNow;
  for (int i = 0; i < 1'000; ++i) {
    const WallTime next = *judge(kSilence, 2, {}, kNow, random += 0x9e3779b97f4a7c15ull).next_at;
    earliest = std::min(earliest, next);
    latest = std::max(latest, next);
  }
  EXPECT_GE(earliest, kNow + 5min);
  EXPECT_LE(latest, kNow + 5min + 30s);
  EXPECT_GT(latest - earliest, 20s) << "no spread";
  EXPECT_NO_FATAL_FAILURE(judge(kSilence, 1, {}, kNow, std::numeric_limits<std::uint64_t>::max()));
}

TEST(Retry, ARedirectIsAFailure) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const Verdict verdict = judge(answered(status), 1, {}, kNow, kNoJitter);
    EXPECT_EQ(verdict.state, DeliveryState::kWaiting);
    EXPECT_EQ(verdict.problem, concat("answered ", status, ": redirects are not followed"));
  }
}

TEST(Retry, GoneDisablesTheEndpointAtOnce) {
  const Verdict verdict = judge(answered(410), 1, {}, kNow, kNoJitter);
  EXPECT_EQ(verdict.state, DeliveryState::kFailed);
  EXPECT_EQ(verdict.disable_reason, "it answered 410 Gone");
}

TEST(Retry, RetryAfterIsHonouredFromThoseWhoAreOverloaded) {
  for (const int status : {429, 502, 503, 504}) {
    const Verdict verdict = judge(answered(status, 90s), 1, {}, kNow, kNoJitter);
    EXPECT_EQ(verdict.next_at, kNow + 90s) << status;
    EXPECT_EQ(verdict.health.rests_until, kNow + 90s) << "nothing else is sent there meanwhile";
  }
  EXPECT_EQ(judge(answered(503, 90s), 2, {}, kNow, kNoJitter).next_at, kNow + 5min)
      << "never sooner than planned";
  EXPECT_EQ(judge(answered(400, 90s), 1, {}, kNow, kNoJitter).next_at, kNow + 5s);
  const Verdict absurd = judge(answered(503, std::chrono::seconds::max()), 1, {}, kNow, kNoJitter);
  EXPECT_EQ(absurd.next_at, kNow + 24h);
}

TEST(Retry, AnEndpointThatIsNotThereIsLeftAloneForLongerAndLonger) {
  Health health;
  std::vector<std::chrono::milliseconds> rests;
  for (int i = 0; i < 9; ++i) {
    health = judge(kSilence, 1, health, kNow, kNoJitter).health;
    rests.push_back(*health.rests_until - kNow);
  }
  EXPECT_EQ(rests, (std::vector<std::chrono::milliseconds>{5s, 10s, 20s, 40s, 80s, 160s, 5min, 5min, 5min}));
  EXPECT_EQ(judge(answered(400), 1, {}, kNow, kNoJitter).health.rests_until, std::nullopt)
      << "it is there, and did not like this message";
}

TEST(Retry, AnEndpointThatFailsForFiveDaysIsDisabled) {
  const Health since{30, kNow - kPatience + 1ms, {}};
  EXPECT_EQ(judge(kSilence, 1, since, kNow, kNoJitter).disable_reason, "");
  const Verdict verdict = judge(kSilence, 1, since, kNow + 1ms, kNoJitter);
  EXPECT_EQ(verdict.disable_reason,
            "nothing could be delivered for 5 days; the last attempt: Connection refused");
  EXPECT_EQ(verdict.state, DeliveryState::kWaiting) << "it is sent once the endpoint is enabled again";
  EXPECT_EQ(judge(kSilence, 1, {}, kNow, kNoJitter).health.failing_since, kNow);
}

}  // namespace
}  // namespace musicfleet::webhooks
