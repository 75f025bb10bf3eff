#include "coordinator/job_changes.h"

#include <array>

namespace musicfleet {
namespace {

constexpr std::array<std::string_view, 7> kOutcomeNames{"succeeded", "failed",   "expired",  "stalled",
                                                        "forgotten", "returned", "cancelled"};

}  // namespace

std::string_view name_of(AttemptOutcome outcome) { return kOutcomeNames[static_cast<std::size_t>(outcome)]; }

std::optional<AttemptOutcome> attempt_outcome_of(std::string_view name) {
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i)
    if (kOutcomeNames[i] == name) return static_cast<AttemptOutcome>(i);
  return std::nullopt;
}

}  // namespace musicfleet
