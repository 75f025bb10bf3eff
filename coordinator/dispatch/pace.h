// How fast one lease moves: measures the time of a solver step from the worker's reports, predicts the end of
// the solver and says when silence must be taken for a hang.
#pragma once

#include "coordinator/dispatch/settings.h"

#include <optional>

namespace musicfleet::dispatch {

class Pace {
 public:
  // Starts the clock of a new lease.
  explicit Pace(SteadyTime now = {}) : moved_at_(now) {}

  // Takes in a report. False where nothing has moved since the last one.
  bool observe(const RunningJob& report, SteadyTime now);

  // The worker is at work on something else. False in a stage in which this one cannot be waiting for its
  // turn, be it for the GPU or behind another song's upload.
  bool wait(SteadyTime now);

  // The mean time of the steps seen so far; unset before the second report of the solver.
  std::optional<Milliseconds> step_time() const;
  // When the solver's last step will be done; unset outside the solver.
  std::optional<SteadyTime> predicted_finish() const;
  // How long the solver's remaining steps take from now on; unset outside the solver.
  std::optional<Milliseconds> left(SteadyTime now) const;
  // When the lease counts as hung unless something moves before.
  SteadyTime stalled_at(const Settings& settings) const;

 private:
  bool between_steps() const { return stage_ == Stage::kDenoising && step_ < steps_; }

  Stage stage_ = Stage::kQueued;
  int step_ = 0;
  int steps_ = 0;
  SteadyTime moved_at_;
  // Where measuring began: the first report from within the solver.
  int base_step_ = 0;
  SteadyTime base_at_{};
};

}  // namespace musicfleet::dispatch
