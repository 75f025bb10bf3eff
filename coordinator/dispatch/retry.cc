#include "coordinator/dispatch/retry.h"

#include "coordinator/dispatch/planted_bug.h"

namespace musicfleet::dispatch {

std::optional<Milliseconds> retry_after(const Settings& settings, AttemptOutcome outcome, ErrorCode code,
                                        int attempts, std::uint64_t random) {
  if (outcome == AttemptOutcome::kReturned) return Milliseconds{0};
  const bool invalid = code == ErrorCode::kInvalidArgument && !planted(Bug::kRetryInvalidInput);
  if (invalid || attempts >= settings.max_attempts) return std::nullopt;
  if (outcome != AttemptOutcome::kFailed) return Milliseconds{0};
  return settings.retry.delay(attempts, random);
}

}  // namespace musicfleet::dispatch
