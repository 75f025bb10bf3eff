#include "coordinator/dispatch/pace.h"

#include <algorithm>

namespace musicfleet::dispatch {

bool Pace::observe(const RunningJob& report, SteadyTime now) {
  const bool same_run = report.stage == stage_ && report.steps == steps_;
  if (same_run && report.step == step_) return false;
  // A new stage, or steps that begin again: nothing before can be compared.
  if (!same_run || report.step < step_) {
    base_step_ = report.step;
    base_at_ = now;
  }
  stage_ = report.stage;
  step_ = report.step;
  steps_ = report.steps;
  moved_at_ = now;
  return true;
}

bool Pace::wait(SteadyTime now) {
  const bool may_wait = stage_ == Stage::kQueued || stage_ == Stage::kEncoding || stage_ == Stage::kUploading;
  if (!may_wait) return false;
  moved_at_ = now;
  return true;
}

std::optional<Milliseconds> Pace::step_time() const {
  if (stage_ != Stage::kDenoising || step_ == base_step_) return std::nullopt;
  return (moved_at_ - base_at_) / (step_ - base_step_);
}

std::optional<SteadyTime> Pace::predicted_finish() const {
  const auto time = step_time();
  if (!time) return std::nullopt;
  return moved_at_ + *time * std::max(0, steps_ - step_);
}

std::optional<Milliseconds> Pace::left(SteadyTime now) const {
  const auto time = step_time();
  if (!time) return std::nullopt;
  // A step that takes longer than the others has not ended: the rest is still to come.
  const Milliseconds in_step = std::max(*time - (now - moved_at_), Milliseconds{0});
  return steps_ > step_ ? in_step + *time * (steps_ - step_ - 1) : Milliseconds{0};
}

SteadyTime Pace::stalled_at(const Settings& settings) const {
  const auto time = step_time();
  if (!time || !between_steps()) return moved_at_ + settings.stage_patience;
  return moved_at_ + std::max(settings.stall_minimum, *time * settings.stall_factor);
}

}  // namespace musicfleet::dispatch
