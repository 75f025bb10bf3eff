#include "tests/simulation/queue_judge.h"

#include "tests/simulation/trace_text.h"

#include <algorithm>
#include <tuple>

namespace musicfleet::simulation {
namespace {

// A commit that waits for a slow disk, with room to spare.
constexpr Micros kSlowCommit = std::chrono::seconds(15);

}  // namespace

void QueueJudge::hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) {
  const Micros now = timeline_.elapsed();
  if (const auto* submitted = std::get_if<dispatch::Submitted>(&event))
    waiting_[submitted->job.id] = {now, submitted->job};
  if (const auto* requeued = std::get_if<dispatch::Requeued>(&event);
      requeued && !dispatcher.find(requeued->job.id))
    waiting_[requeued->job.id] = {now, requeued->job};
  if (const auto* restored = std::get_if<dispatch::Restored>(&event))
    for (const auto& row : restored->jobs) {
      if (row.job.state == JobState::kQueued)
        waiting_[row.job.id] = {now, row.job};
      else
        owners_[row.job.id] = row.job.worker;
    }
}

void QueueJudge::decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) {
  const Micros now = timeline_.elapsed();
  std::map<JobId, AttemptOutcome> ended;
  for (const Change& change : decisions.changes) {
    if (const auto* end = std::get_if<AttemptEnded>(&change)) ended[end->lease.job] = end->outcome;
    if (const auto* start = std::get_if<AttemptStarted>(&change)) {
      owners_[start->lease.job] = start->worker;
      judge_order(*start);
      const Job* job = dispatcher.find(start->lease.job);
      if (!clock_was_set_ && job && job->deadline && *job->deadline < timeline_.wall_now())
        verdict_.broken("deadline", job->id, " is given away after its deadline");
    }
    const auto* updated = std::get_if<JobUpdated>(&change);
    if (!updated) continue;
    const Job& job = updated->job;
    waiting_.erase(job.id);
    if (job.state == JobState::kQueued) {
      const auto end = ended.find(job.id);
      const bool rests = end != ended.end() && end->second == AttemptOutcome::kFailed;
      waiting_[job.id] = {now + (rests ? settings_.retry.longest : std::chrono::milliseconds(0)), job};
    }
    if (job.state != JobState::kLeased) owners_.erase(job.id);
  }
}

bool QueueJudge::comes_first(const Job& a, const Job& b) const {
  const auto rank = [&](const Job& job) {
    return std::tuple(job.created_at - settings_.priority_step * job.priority, job.created_at, job.id.value);
  };
  return rank(a) < rank(b);
}

void QueueJudge::judge_order(const AttemptStarted& started) {
  if (started.worker.value == kElevenLabs) return;
  const auto taken = waiting_.find(started.lease.job);
  if (taken == waiting_.end()) return;
  const Job& job = taken->second.job;
  for (const auto& [id, waiting] : waiting_)
    if (waiting.job.tenant == job.tenant && !limits_.buys_only(job.tenant) &&
        waiting.ready <= timeline_.elapsed() && comes_first(waiting.job, job) &&
        !placement_.has_failed_on(id, started.worker) && placement_.could_take(waiting.job, started.worker))
      verdict_.broken("the queue's order", text_of(started.lease), " starts on ", started.worker, " before ",
                      id);
}

void QueueJudge::ends() {
  waiting_.clear();
  owners_.clear();
  possible_since_.clear();
  missing_since_.clear();
  behind_until_ = Micros{0};
}

void QueueJudge::inspect(const dispatch::Dispatcher* dispatcher) {
  if (!dispatcher || timeline_.elapsed() < behind_until_) {
    possible_since_.clear();
    missing_since_.clear();
    return;
  }
  find_idle_workers(*dispatcher);
  find_lost_jobs(*dispatcher);
  if (!clock_was_set_) find_late_jobs(*dispatcher);
}

void QueueJudge::find_idle_workers(const dispatch::Dispatcher& dispatcher) {
  const Micros now = timeline_.elapsed();
  const auto before = std::exchange(possible_since_, {});
  for (const auto& [name, member] : dispatcher.fleet()) {
    const bool owns = std::any_of(owners_.begin(), owners_.end(),
                                  [&worker = name](const auto& e) { return e.second == worker; });
    if (owns || !member.running.empty() || !member.strays.empty()) continue;
    for (const auto& [id, waiting] : waiting_) {
      if (waiting.ready > now || placement_.has_failed_on(id, name) || limits_.is_full(waiting.job.tenant) ||
          limits_.buys_only(waiting.job.tenant) || !placement_.could_take(waiting.job, name))
        continue;
      const std::pair both(id, name);
      const auto known = before.find(both);
      const Micros since = known == before.end() ? now : known->second;
      possible_since_.emplace(both, since);
      if (now - since > kRedispatch)
        verdict_.broken("re-dispatch", id, " waits beside ", name, ", which has nothing to do");
    }
  }
}

void QueueJudge::find_lost_jobs(const dispatch::Dispatcher& dispatcher) {
  const Micros now = timeline_.elapsed();
  for (const auto& [id, stored] : tables_.jobs()) {
    if (is_final(stored.job.state) || dispatcher.find(id)) {
      missing_since_.erase(id);
      continue;
    }
    if (now - missing_since_.try_emplace(id, now).first->second > kSlowCommit)
      verdict_.broken("no job is lost", id, " is ", name_of(stored.job.state),
                      " on disk and unknown to the dispatcher");
  }
}

void QueueJudge::find_late_jobs(const dispatch::Dispatcher& dispatcher) {
  for (const auto& [id, waiting] : waiting_) {
    const Job* job = dispatcher.find(id);
    if (job && job->state == JobState::kQueued && job->deadline &&
        timeline_.wall_now() > *job->deadline + std::chrono::seconds(1))
      verdict_.broken("deadline", id, " still waits after its deadline");
  }
}

}  // namespace musicfleet::simulation
