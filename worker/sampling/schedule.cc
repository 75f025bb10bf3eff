#include "worker/sampling/schedule.h"

#include <utility>

namespace musicfleet::sampling {

Schedule shifted_schedule(int steps, double shift) {
  // torch.linspace(1, 0, steps + 1) counts from both ends towards the middle.
  const float step = -1.0F / static_cast<float>(steps);
  const int halfway = (steps + 1) / 2;
  const auto bend = static_cast<float>(shift);
  Schedule schedule;
  for (int i = 0; i < steps; ++i) {
    const float even = i < halfway ? 1.0F + step * static_cast<float>(i) : -step * static_cast<float>(steps - i);
    schedule.sigmas.push_back(shift == 1.0 ? even : bend * even / (1.0F + (bend - 1.0F) * even));
  }
  schedule.sigmas.push_back(0.0F);
  return schedule;
}

Schedule custom_schedule(std::vector<float> times) {
  times.push_back(0.0F);
  return {std::move(times)};
}

}  // namespace musicfleet::sampling
