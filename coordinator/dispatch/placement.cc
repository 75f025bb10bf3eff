#include "coordinator/dispatch/placement.h"

#include "coordinator/dispatch/planted_bug.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace musicfleet::dispatch {
namespace {

constexpr double kLoadingSeconds = 60;    // of a checkpoint from disk to the device
constexpr double kFailureSeconds = 30;    // what a fresh failure weighs against speed
constexpr double kSlowest = 1.0 / 1'000;  // so that nothing is divided by zero

// Whether the job could still run on this worker, now or once a slot is free, and has not failed there. A
// worker whose every slot is held by work that it does not let go of is no hope.
bool is_fresh(const LiveJob& live, const Candidate& candidate) {
  if (live.failed_on.count(candidate.worker->name)) return false;
  if (static_cast<int>(candidate.worker->strays.size()) >= candidate.worker->slots) return false;
  const auto refusal = eligible(live.job, candidate);
  return !refusal || refusal->what == Obstacle::kNoFreeSlot;
}

}  // namespace

double predicted_seconds(const Job& job, const Candidate& candidate) {
  const double song = std::chrono::duration<double>(job.spec.duration).count();
  const FleetModel* model = model_for(job, *candidate.worker);
  const double making = song / std::max(candidate.speed, kSlowest);
  return candidate.wait_s.value_or(making * candidate.busy) + making +
         (model && model->loaded ? 0 : kLoadingSeconds) + candidate.failures * kFailureSeconds;
}

std::optional<std::size_t> choose(const LiveJob& live, const std::vector<Candidate>& candidates) {
  const bool wants_fresh = !planted(Bug::kBackToWhereItFailed) && !live.failed_on.empty() &&
                           std::any_of(candidates.begin(), candidates.end(),
                                       [&](const Candidate& candidate) { return is_fresh(live, candidate); });
  const auto rank = [&](const Candidate& candidate) {
    const FleetMember& worker = *candidate.worker;
    const auto memory = live.ran_out_of_memory ? static_cast<double>(worker.memory_free_bytes) : 0.0;
    const bool failed_here = live.failed_on.count(worker.name) > 0 && !planted(Bug::kBackToWhereItFailed);
    return std::tuple(failed_here, -memory, predicted_seconds(live.job, candidate),
                      std::string_view(worker.name.value));
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (eligible(live.job, candidates[i]) || (wants_fresh && !is_fresh(live, candidates[i]))) continue;
    if (!best || rank(candidates[i]) < rank(candidates[*best])) best = i;
  }
  return best;
}

}  // namespace musicfleet::dispatch
