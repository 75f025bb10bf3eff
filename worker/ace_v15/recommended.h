// What ACE-Step recommends for each kind of checkpoint, used where a job does not say otherwise. Header-only,
// any thread.
#pragma once

namespace musicfleet::ace_v15 {

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
