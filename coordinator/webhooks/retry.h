// What an attempt to deliver a message means: whether and when there is another (the schedule of Standard
// Webhooks 1.0.0), how long the endpoint is left alone, and when it is given up. Pure, any thread.
#pragma once

#include "coordinator/webhook.h"

#include <chrono>

namespace musicfleet::webhooks {

// How an endpoint answered.
struct Answer {
  std::optional<int> status;                        // none: it did not
  std::optional<std::chrono::seconds> retry_after;  // that it asked for
  std::string problem;                              // why there is no status
};

// How an endpoint has been doing.
struct Health {
  int failures = 0;  // attempts in a row that did not end with 2xx
  std::optional<WallTime> failing_since;
  std::optional<WallTime> rests_until;
};

struct Verdict {
  DeliveryState state = DeliveryState::kDelivered;
  std::optional<WallTime> next_at;  // exactly where it waits for another attempt
  std::string problem;              // empty: delivered
  Health health;                    // from now on
  std::string disable_reason;       // not empty: the endpoint is given up
};

// An endpoint that answers nothing with 2xx for so long is disabled.
inline constexpr std::chrono::hours kPatience{5 * 24};
// Attempts of one message, the first one at once.
inline constexpr int kMostAttempts = 10;

// `attempts` counts those of the message so far, this one included. `random` spreads what failed together.
Verdict judge(const Answer& answer, int attempts, const Health& health, WallTime now, std::uint64_t random);

}  // namespace musicfleet::webhooks
