// What ACE-Step recommends for each kind of checkpoint, used where a job does not say otherwise. Header-only,
// any thread.
#pragma once

#include <chrono>

namespace musicfleet::ace_v15 {

// ACE-Step 1.5 is made for songs of 10 to 600 seconds (its README).
inline constexpr std::chrono::milliseconds kLeastDuration{10'000};

struct Recommended {
  int steps;
  double shift;
  double guidance;  // 1: none; turbo has it distilled in
};

constexpr Recommended recommended_for(bool is_turbo) {
  return is_turbo ? Recommended{.steps = 8, .shift = 3.0, .guidance = 1.0}
                  : Recommended{.steps = 50, .shift = 1.0, .guidance = 7.0};
}

}  // namespace musicfleet::ace_v15
