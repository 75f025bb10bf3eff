#include "coordinator/dispatch/retry.h"

namespace musicfleet::dispatch {

std::optional<Milliseconds> retry_after(const Settings& settings, AttemptOutcome outcome, ErrorCode code,
                                        int attempts, std::uint64_t random) {
  if (outcome == AttemptOutcome::kReturned) return Milliseconds{0};
  if (code == ErrorCode::kInvalidArgument || attempts >= settings.max_attempts) return std::nullopt;
  if (outcome != AttemptOutcome::kFailed) return Milliseconds{0};
  return settings.retry.delay(attempts, random);
}

}  // namespace musicfleet::dispatch
