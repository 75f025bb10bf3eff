// A clock that stands where a test sets it. Any thread reads it; set it while nobody does, or between
// messages.
#pragma once

#include "common/clock.h"

#include <atomic>

namespace musicfleet::testing {

class SetClock final : public Clock {
 public:
  SteadyTime now() const override { return {}; }
  std::chrono::sys_time<std::chrono::milliseconds> wall_now() const override { return at(ms); }

  static std::chrono::sys_time<std::chrono::milliseconds> at(std::int64_t milliseconds) {
    return std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(milliseconds));
  }

  std::atomic<std::int64_t> ms{0};  // since 1970
};

}  // namespace musicfleet::testing
