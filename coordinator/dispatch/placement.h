// Which worker may take a job, and which one should: pure functions over one job and the fleet as it is.
#pragma once

#include "coordinator/dispatch/fleet_member.h"
#include "coordinator/dispatch/live_job.h"

#include <optional>
#include <vector>

namespace musicfleet::dispatch {

// A worker as placement sees it.
struct Candidate {
  const FleetMember* worker = nullptr;
  int busy = 0;  // jobs that it holds, whether or not they are its own any more
};

enum class Obstacle { kDraining, kNoFreeSlot, kModelNotLoaded };

// What keeps this worker from taking this job; unset where nothing does.
std::optional<Obstacle> obstacle(const Job& job, const Candidate& candidate);

// The best eligible candidate: one on which the job has not failed, then the one with most free slots, then
// by name. Its index, or unset where none is eligible. `candidates` is the whole fleet, busy or not: a job
// waits for a worker on which it has not failed rather than go back to one on which it has.
std::optional<std::size_t> choose(const LiveJob& job, const std::vector<Candidate>& candidates);

}  // namespace musicfleet::dispatch
