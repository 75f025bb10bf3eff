// Timestep schedules of flow matching (arXiv:2210.02747): from pure noise at t = 1 down to the song at t = 0.
// Pure functions, any thread.
#pragma once

#include <vector>

namespace musicfleet::sampling {

// The solver's times σ₀ > σ₁ > … > σ_N = 0; a model is asked at all but the last.
struct Schedule {
  std::vector<float> sigmas;

  int steps() const { return static_cast<int>(sigmas.size()) - 1; }
};

// N times evenly from 1 down, bent by `shift`: t ← shift·t / (1 + (shift − 1)·t) (arXiv:2403.03206,
// section 5.3.2), in fp32 with the rounding of torch.linspace. steps ≥ 1, shift > 0.
Schedule shifted_schedule(int steps, double shift);
// The caller's own times, with the terminal 0 appended.
Schedule custom_schedule(std::vector<float> times);

}  // namespace musicfleet::sampling
