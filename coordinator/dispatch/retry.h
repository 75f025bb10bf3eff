// Whether and when a failed attempt is followed by another: a pure function of the error's class, the number
// of attempts and a random number.
#pragma once

#include "coordinator/dispatch/settings.h"
#include "coordinator/job_changes.h"

#include <optional>

namespace musicfleet::dispatch {

// The wait before the next attempt of a job that has had `attempts`; unset where there is none: invalid input
// is never tried again, everything else up to settings.max_attempts. A lease that was lost in silence has
// waited long enough: its job goes on at once.
std::optional<Milliseconds> retry_after(const Settings& settings, AttemptOutcome outcome, ErrorCode code,
                                        int attempts, std::uint64_t random);

}  // namespace musicfleet::dispatch
