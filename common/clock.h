// What time it is, for whoever must not ask the system directly: intervals by the steady clock, stored and
// shown times by the wall clock. Header-only; SystemClock from any thread.
#pragma once

#include <chrono>

namespace musicfleet {

using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;

  // Never goes back, knows nothing of dates.
  virtual SteadyTime now() const = 0;
  // UTC, to the millisecond; may jump when the machine's clock is set.
  virtual std::chrono::sys_time<std::chrono::milliseconds> wall_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  SteadyTime now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::sys_time<std::chrono::milliseconds> wall_now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace musicfleet
