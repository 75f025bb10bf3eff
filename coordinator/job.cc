#include "coordinator/job.h"

#include <array>

namespace musicfleet {
namespace {

constexpr std::array<std::string_view, 5> kStateNames{"queued", "leased", "succeeded", "failed", "cancelled"};

}  // namespace

std::string_view name_of(JobState state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<JobState> job_state_of(std::string_view name) {
  for (std::size_t i = 0; i < kStateNames.size(); ++i)
    if (kStateNames[i] == name) return static_cast<JobState>(i);
  return std::nullopt;
}

bool is_final(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kFailed || state == JobState::kCancelled;
}

bool may_follow(JobState from, JobState to) {
  switch (from) {
    case JobState::kQueued:
      return to == JobState::kLeased || to == JobState::kFailed || to == JobState::kCancelled;
    case JobState::kLeased:
      return to == JobState::kQueued || to == JobState::kSucceeded || to == JobState::kFailed ||
             to == JobState::kCancelled;
    case JobState::kFailed:
      return to == JobState::kQueued;  // an operator's requeue
    default:
      return false;
  }
}

}  // namespace musicfleet
