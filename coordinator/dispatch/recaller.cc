#include "coordinator/dispatch/recaller.h"

#include "coordinator/dispatch/history.h"

#include <algorithm>
#include <cmath>

namespace musicfleet::dispatch {
namespace {

constexpr int kFirstWithRecall = 2;  // version of the fleet protocol

std::int64_t milliseconds_of(double seconds) { return std::llround(seconds * 1'000); }

}  // namespace

void Recaller::consider(const std::set<WorkerId>& changed, bool everywhere, Turn& turn) {
  for (const WorkerId& worker : changed) {
    note(worker);
    take_from_draining(worker, turn);
  }
  if (crowded_.empty() || !matcher_.free().has_idle()) return;
  forget_arrived();
  std::vector<Gain> gains;
  if (everywhere)
    for (const WorkerId& worker : next_crowded()) find_gains(worker, turn, gains);
  else
    for (const WorkerId& worker : changed)
      if (crowded_.count(worker)) find_gains(worker, turn, gains);
  std::sort(gains.begin(), gains.end(), [](const Gain& a, const Gain& b) {
    const auto rank = [](const Gain& gain) {
      return std::tuple(!gain.in_time, gain.there_s - gain.here_s, std::string_view(gain.job.value));
    };
    return rank(a) < rank(b);
  });
  for (const Gain& gain : gains) {
    if (awaits(gain.to)) continue;
    LiveJob& live = *book_.find(gain.job);
    awaited_[gain.to] = {gain.job, live.job.epoch};
    recall(live,
           history(gain.job, turn.now, "recalled",
                   {{"worker", live.job.worker.value},
                    {"epoch", std::int64_t{live.job.epoch}},
                    {"reason", std::string(gain.in_time ? "deadline" : "idle_worker")},
                    {"idle_worker", gain.to.value},
                    {"begins_here_ms", milliseconds_of(gain.begins_s)},
                    {"done_here_ms", milliseconds_of(gain.here_s)},
                    {"done_there_ms", milliseconds_of(gain.there_s)},
                    {"margin_ms", milliseconds_of(gain.margin_s)},
                    {"taken_back_before", std::int64_t{live.taken_back}}}),
           turn);
  }
}

void Recaller::note(const WorkerId& worker) {
  const auto known = fleet_.find(worker);
  const bool crowded = known != fleet_.end() && book_.count_held_by(worker) > 0 &&
                       book_.count_held_by(worker) + static_cast<int>(known->second.strays.size()) > 1;
  if (crowded)
    crowded_.insert(worker);
  else
    crowded_.erase(worker);
}

void Recaller::take_from_draining(const WorkerId& worker, Turn& turn) {
  const auto known = fleet_.find(worker);
  if (known == fleet_.end() || !known->second.draining || !crowded_.count(worker)) return;
  for (LiveJob* live : in_hand_of(known->second, turn.now.steady))
    if (live->delivery == Delivery::kNamed)
      recall(*live,
             history(live->job.id, turn.now, "recalled",
                     {{"worker", worker.value},
                      {"epoch", std::int64_t{live->job.epoch}},
                      {"reason", std::string("draining")},
                      {"taken_back_before", std::int64_t{live->taken_back}}}),
             turn);
}

std::vector<WorkerId> Recaller::next_crowded() {
  std::vector<WorkerId> workers;
  auto at = crowded_.upper_bound(last_looked_at_);
  while (workers.size() < std::min(kLookedAt, crowded_.size())) {
    if (at == crowded_.end()) at = crowded_.begin();
    workers.push_back(*at++);
  }
  last_looked_at_ = workers.back();
  return workers;
}

std::vector<LiveJob*> Recaller::in_hand_of(const FleetMember& worker, SteadyTime now) const {
  std::vector<LiveJob*> found;
  if (worker.protocol_version < kFirstWithRecall) return found;
  for (const JobId& id : book_.held_by(worker.name)) {
    LiveJob* live = book_.find(id);
    const bool asked = live->recalled_at && now < *live->recalled_at + settings_.lease;
    if (live->may_be_withdrawn() && !asked) found.push_back(live);
  }
  return found;
}

void Recaller::find_gains(const WorkerId& from, const Turn& turn, std::vector<Gain>& gains) const {
  const auto known = fleet_.find(from);
  if (known == fleet_.end()) return;
  for (const LiveJob* live : in_hand_of(known->second, turn.now.steady))
    if (const auto gain = gain_of(*live, known->second, turn)) gains.push_back(*gain);
}

std::optional<Recaller::Gain> Recaller::gain_of(const LiveJob& live, const FleetMember& from,
                                                const Turn& turn) const {
  const Job& job = live.job;
  const Outlook wait = forecast_.before(from, &live, turn.now.steady);
  // A guess is no reason to move a job.
  if (!wait.measured) return std::nullopt;
  std::optional<Gain> best;
  matcher_.free().each(job.spec.model, [&](const WorkerId& name) {
    const Candidate candidate = matcher_.candidate(job, fleet_.at(name), turn.now.steady);
    if (candidate.busy > 0) return false;
    if (eligible(job, candidate) || awaits(name) || live.failed_on.count(name)) return true;
    const double there = predicted_seconds(job, candidate);
    if (!best || there < best->there_s) best = Gain{job.id, name, false, wait.seconds, 0, there, 0};
    return true;
  });
  if (!best) return std::nullopt;
  best->here_s = wait.seconds + forecast_.making(live).seconds;
  best->margin_s = std::ldexp(std::max(kLeastGainSeconds, best->there_s / 2), live.taken_back);
  if (job.deadline) {
    const double left = std::chrono::duration<double>(*job.deadline - turn.now.wall).count();
    best->in_time = best->here_s > left && best->there_s <= left && live.taken_back == 0;
  }
  if (!best->in_time && best->here_s - best->there_s <= best->margin_s) return std::nullopt;
  return best;
}

bool Recaller::awaits(const WorkerId& worker) const { return awaited_.count(worker) > 0; }

void Recaller::forget_arrived() {
  std::erase_if(awaited_, [&](const auto& entry) {
    const LiveJob* live = book_.find(entry.second.job);
    return !live || live->job.state != JobState::kLeased || live->job.epoch != entry.second.epoch ||
           !live->recalled_at;
  });
}

void Recaller::recall(LiveJob& live, HistoryEvent line, Turn& turn) const {
  live.recalled_at = turn.now.steady;
  turn.out.changes.emplace_back(std::move(line));
  turn.out.effects.emplace_back(
      SendToWorker{live.job.worker, to_worker::Recall{{live.job.id, live.job.epoch}}});
}

bool Recaller::returned(LiveJob& live, Turn& turn) const {
  if (!live.recalled_at) return false;
  ++live.taken_back;
  turn.out.changes.emplace_back(history(live.job.id, turn.now, "returned",
                                        {{"worker", live.job.worker.value},
                                         {"epoch", std::int64_t{live.job.epoch}},
                                         {"answered_after_ms", (turn.now.steady - *live.recalled_at).count()},
                                         {"times", std::int64_t{live.taken_back}}}));
  return true;
}

}  // namespace musicfleet::dispatch
