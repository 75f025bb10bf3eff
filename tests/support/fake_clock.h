// A clock that moves only when the test says so. One thread.
#pragma once

#include "common/clock.h"

namespace musicfleet::testing {

class FakeClock final : public Clock {
 public:
  SteadyTime now() const override { return steady_; }
  std::chrono::sys_time<std::chrono::milliseconds> wall_now() const override { return wall_; }

  // Moves both clocks forward.
  void advance(std::chrono::milliseconds by) {
    steady_ += by;
    wall_ += by;
  }
  // Sets the wall clock alone, as an operator or NTP would.
  void set_wall(std::chrono::sys_time<std::chrono::milliseconds> to) { wall_ = to; }

 private:
  SteadyTime steady_{std::chrono::hours(1)};
  std::chrono::sys_time<std::chrono::milliseconds> wall_{std::chrono::milliseconds(1'800'000'000'000)};
};

}  // namespace musicfleet::testing
