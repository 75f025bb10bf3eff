// How fast bytes came lately, and how long the rest takes at that rate. Pure: the time is passed in. One
// thread.
#pragma once

#include "common/clock.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace musicfleet::cli {

class TransferRate {
 public:
  // `bytes` received so far, which never falls.
  void note(SteadyTime now, std::uint64_t bytes);
  // Bytes a second over the last kWindow; 0 before a second has passed.
  double bytes_per_second() const;
  // For `bytes` more; nothing while nothing comes.
  std::optional<std::chrono::seconds> time_for(std::uint64_t bytes) const;

 private:
  static constexpr std::chrono::seconds kWindow{15};

  struct Sample {
    SteadyTime time;
    std::uint64_t bytes;
  };
  std::deque<Sample> samples_;
};

}  // namespace musicfleet::cli
