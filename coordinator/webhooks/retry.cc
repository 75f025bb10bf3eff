#include "coordinator/webhooks/retry.h"

#include "common/backoff.h"

#include <algorithm>
#include <array>

namespace musicfleet::webhooks {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// After the first failure, the second …
constexpr std::array<milliseconds, kMostAttempts - 1> kDelays{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr int kJitterPercent = 10;  // at most, on top
constexpr std::chrono::seconds kLongestRetryAfter = 24h;
// An endpoint that is not there is tried by one message after another this rarely.
constexpr Backoff kRest{5s, 5min};

milliseconds with_jitter(milliseconds delay, std::uint64_t random) {
  const auto most = static_cast<std::uint64_t>(delay.count()) * kJitterPercent / 100;
  return delay + milliseconds(static_cast<std::int64_t>(random % (most + 1)));
}

// Says that the endpoint itself is in trouble, not that it did not like the message.
bool is_overload(const Answer& answer) {
  return !answer.status || *answer.status == 408 || *answer.status == 429 || *answer.status >= 500;
}

// Retry-After is taken from those who may be expected to mean it.
milliseconds asked_rest(const Answer& answer) {
  if (!answer.retry_after || !answer.status) return 0ms;
  const int status = *answer.status;
  if (status != 429 && status != 502 && status != 503 && status != 504) return 0ms;
  return std::clamp<std::chrono::seconds>(*answer.retry_after, 0s, kLongestRetryAfter);
}

std::string problem_of(const Answer& answer) {
  if (!answer.status) return answer.problem;
  const bool redirect = *answer.status >= 300 && *answer.status < 400;
  return concat("answered ", *answer.status, redirect ? ": redirects are not followed" : "");
}

}  // namespace

Verdict judge(const Answer& answer, int attempts, const Health& health, WallTime now, std::uint64_t random) {
  Verdict verdict;
  if (answer.status && *answer.status >= 200 && *answer.status < 300) return verdict;

  verdict.problem = problem_of(answer);
  verdict.health.failures = health.failures + 1;
  verdict.health.failing_since = health.failing_since.value_or(now);
  verdict.state = DeliveryState::kFailed;
  if (answer.status == 410) {
    verdict.disable_reason = "it answered 410 Gone";
    return verdict;
  }
  if (now - *verdict.health.failing_since >= kPatience)
    verdict.disable_reason = concat("nothing could be delivered for ", kPatience.count() / 24,
                                    " days; the last attempt: ", verdict.problem);
  const milliseconds asked = asked_rest(answer);
  if (asked > 0ms)
    verdict.health.rests_until = now + asked;
  else if (is_overload(answer))
    verdict.health.rests_until = now + kRest.delay(verdict.health.failures, random);
  if (attempts >= kMostAttempts) return verdict;
  verdict.state = DeliveryState::kWaiting;
  verdict.next_at =
      now + std::max(asked, with_jitter(kDelays[static_cast<std::size_t>(attempts - 1)], random));
  return verdict;
}

}  // namespace musicfleet::webhooks
