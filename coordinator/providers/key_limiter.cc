#include "coordinator/providers/key_limiter.h"

#include <algorithm>

namespace musicfleet::providers {

void KeyLimiter::learn(int maximum) {
  if (maximum < 1) return;
  limit_ = std::min(maximum, kMostAtOnce);
  at_once_ = too_many_ == 0 ? limit_ : std::min(at_once_, limit_);
}

void KeyLimiter::went_through() {
  too_many_ = 0;
  refused_ = false;
  at_once_ = std::min(at_once_ + 1, limit_);
}

void KeyLimiter::was_too_many(SteadyTime now, Milliseconds rest) {
  ++too_many_;
  at_once_ = std::max(1, std::min(at_once_, running_));
  rests_until_ = std::max(rests_until_, now + rest);
}

void KeyLimiter::refuse(SteadyTime now, Milliseconds rest) {
  refused_ = true;
  rests_until_ = std::max(rests_until_, now + rest);
}

}  // namespace musicfleet::providers
