// Which worker should take a job: a pure function over the job and the workers as they are. Whether one may
// is eligibility.h's to say.
#pragma once

#include "coordinator/dispatch/eligibility.h"

#include <optional>
#include <vector>

namespace musicfleet::dispatch {

// Seconds until this worker would have made the song, were it given now: what it holds, by the forecast or as
// if each were as long as this one, then this one, at its measured speed; more for a model that is still to
// be loaded and for each job that failed there lately.
double predicted_seconds(const Job& job, const Candidate& candidate);

// The eligible candidate that is predicted to be done first, then by name; for a job that has run out of
// memory the one with most free memory before all else. One on which the job has failed only counts where no
// other could take it, now or once it has a free slot: a job waits for a worker on which it has not failed
// rather than go back. For such a job `candidates` is therefore the whole fleet, busy or not. The index, or
// unset where none is eligible.
std::optional<std::size_t> choose(const LiveJob& job, const std::vector<Candidate>& candidates);

}  // namespace musicfleet::dispatch
