#include "coordinator/dispatch/placement.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace musicfleet::dispatch {

namespace {

// Whether the job could still run on this worker, now or once a slot is free, and has not failed there. A
// worker whose every slot is held by work that it does not let go of is no hope.
bool is_fresh(const LiveJob& live, const Candidate& candidate) {
  const auto what = obstacle(live.job, candidate);
  const int held_up = static_cast<int>(candidate.worker->strays.size());
  return (!what || *what == Obstacle::kNoFreeSlot) && held_up < candidate.worker->slots &&
         !live.failed_on.count(candidate.worker->name);
}

}  // namespace

std::optional<Obstacle> obstacle(const Job& job, const Candidate& candidate) {
  const FleetMember& worker = *candidate.worker;
  if (worker.draining) return Obstacle::kDraining;
  const auto& wanted = job.spec.model;
  const bool has_model =
      std::any_of(worker.models.begin(), worker.models.end(),
                  [&](const FleetModel& model) { return wanted.empty() || model.name == wanted; });
  if (!has_model) return Obstacle::kModelNotLoaded;
  if (candidate.busy >= worker.slots) return Obstacle::kNoFreeSlot;
  return std::nullopt;
}

std::optional<std::size_t> choose(const LiveJob& live, const std::vector<Candidate>& candidates) {
  std::optional<std::size_t> best;
  const bool any_fresh = std::any_of(candidates.begin(), candidates.end(),
                                     [&](const Candidate& candidate) { return is_fresh(live, candidate); });
  const auto rank = [&](std::size_t i) {
    const Candidate& candidate = candidates[i];
    return std::tuple(live.failed_on.count(candidate.worker->name), candidate.busy - candidate.worker->slots,
                      std::string_view(candidate.worker->name.value));
  };
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (obstacle(live.job, candidates[i]) || (any_fresh && !is_fresh(live, candidates[i]))) continue;
    if (!best || rank(i) < rank(*best)) best = i;
  }
  return best;
}

}  // namespace musicfleet::dispatch
