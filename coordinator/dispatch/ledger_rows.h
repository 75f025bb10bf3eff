// The ledger's rows of a job's end: what our own GPUs' work came to, and what the song was sold for. What is
// bought has its rows from the store (schema/009_ledger.sql). Pure.
#pragma once

#include "coordinator/dispatch/live_job.h"
#include "coordinator/dispatch/settings.h"
#include "coordinator/job_changes.h"

#include <optional>

namespace musicfleet::dispatch {

// Of a fleet lease that ends now: a song, or work in vain; unset where no work is known. The work of a song
// is what its worker measured; of anything else, the time since it was known to be at it.
std::optional<LedgerEntry> fleet_row(const LiveJob& live, AttemptOutcome outcome, const Instant& now,
                                     const Settings& settings);
// Of a song that is delivered now.
LedgerEntry sale_row(const Job& job, const Instant& now, const Settings& settings);

}  // namespace musicfleet::dispatch
