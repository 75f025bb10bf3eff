#include "tests/simulation/tables.h"

#include "coordinator/dispatch/planted_bug.h"

#include <algorithm>

namespace musicfleet::simulation {
namespace {

using dispatch::Bug;
using dispatch::planted;

constexpr std::chrono::hours kIdempotencyPeriod{24};

// The CHECKs of the table jobs.
const char* broken_check(const Job& job) {
  if (job.finished_at.has_value() != is_final(job.state)) return "finished_at";
  if (job.audio.has_value() != (job.state == JobState::kSucceeded)) return "audio";
  if (job.state == JobState::kFailed && !job.error) return "error";
  if (job.dead && job.state != JobState::kFailed) return "dead";
  if (job.attempts < 0 || job.attempts > static_cast<int>(job.epoch)) return "attempts";
  if (job.state == JobState::kLeased && (job.epoch == 0 || job.worker.empty() || !job.started_at))
    return "leased";
  return nullptr;
}

}  // namespace

bool StoredJob::has_been(JobState state, Epoch epoch) const {
  return std::find(states.begin(), states.end(), std::pair(state, epoch)) != states.end();
}

Result<std::optional<Job>> Tables::replay(const Job& job, const SubmissionKey& key) {
  const auto known = keys_.find({job.tenant, key.key});
  if (known == keys_.end()) return std::nullopt;
  if (known->second.expires_at <= job.created_at) {
    keys_.erase(known);
    return std::nullopt;
  }
  if (known->second.body != key.body)
    return fail(ErrorCode::kConflict, "this Idempotency-Key was used for a request with another body");
  if (planted(Bug::kForgetIdempotencyKey)) return std::nullopt;
  return jobs_.at(known->second.job).job;
}

Result<Tables::Inserted> Tables::insert(const Job& job, const std::optional<SubmissionKey>& key) {
  if (key) {
    std::optional<Job> earlier = MF_TRY(replay(job, *key));
    if (earlier) return Inserted{*std::move(earlier), true};
    keys_.insert_or_assign({job.tenant, key->key},
                           KnownKey{key->body, job.id, job.created_at + kIdempotencyPeriod});
  }
  StoredJob& stored = jobs_[job.id];
  stored.job = job;
  stored.states.emplace_back(job.state, job.epoch);
  return Inserted{job, false};
}

Result<> Tables::apply(const std::vector<Change>& changes) {
  for (const Change& change : changes)
    MF_CHECK(std::visit([&](const auto& one) { return apply_one(one); }, change));
  return {};
}

Result<> Tables::apply_one(const JobUpdated& change) {
  const auto found = jobs_.find(change.job.id);
  if (found == jobs_.end()) return fail(ErrorCode::kConflict, change.job.id, ": an update of no job");
  StoredJob& stored = found->second;
  const Job& before = stored.job;
  const Job& after = change.job;
  if (after.state != before.state && !may_follow(before.state, after.state))
    return fail(ErrorCode::kConflict, after.id, ": ", name_of(after.state), " may not follow ",
                name_of(before.state));
  if (after.epoch < before.epoch) return fail(ErrorCode::kConflict, after.id, ": the epoch falls");
  if (const char* check = broken_check(after))
    return fail(ErrorCode::kConflict, after.id, ": a check is broken: ", check);
  stored.job = after;
  if (stored.states.back() != std::pair(after.state, after.epoch))
    stored.states.emplace_back(after.state, after.epoch);
  return {};
}

Result<> Tables::apply_one(const AttemptStarted& change) {
  const auto found = jobs_.find(change.lease.job);
  if (found == jobs_.end()) return fail(ErrorCode::kConflict, change.lease.job, ": an attempt of no job");
  if (!found->second.attempts.emplace(change.lease.epoch, StoredAttempt{change.worker, {}}).second)
    return fail(ErrorCode::kConflict, change.lease.job, ": epoch ", change.lease.epoch, " was used before");
  return {};
}

Result<> Tables::apply_one(const AttemptEnded& change) {
  const auto found = jobs_.find(change.lease.job);
  if (found == jobs_.end()) return fail(ErrorCode::kConflict, change.lease.job, ": no such job");
  const auto attempt = found->second.attempts.find(change.lease.epoch);
  if (attempt == found->second.attempts.end() || attempt->second.outcome)
    return fail(ErrorCode::kConflict, change.lease.job, ": no open attempt with epoch ", change.lease.epoch);
  attempt->second.outcome = change.outcome;
  return {};
}

Result<> Tables::apply_one(const HistoryEvent& change) {
  if (jobs_.count(change.job)) return {};
  return fail(ErrorCode::kConflict, change.job, ": history of no job");
}

void Tables::set_drained(const WorkerId& worker, bool drained) {
  if (drained)
    drained_.insert(worker);
  else
    drained_.erase(worker);
}

const StoredJob* Tables::find(const JobId& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

std::vector<dispatch::RestoredJob> Tables::live() const {
  std::vector<dispatch::RestoredJob> live;
  for (const auto& [id, stored] : jobs_) {
    if (is_final(stored.job.state)) continue;
    dispatch::RestoredJob& row = live.emplace_back();
    row.job = stored.job;
    row.job.progress = {};
    row.job.revision = 0;
    for (const auto& [epoch, attempt] : stored.attempts) {
      if (epoch <= stored.job.requeued_epoch) continue;
      using enum AttemptOutcome;
      const auto outcome = attempt.outcome;
      if (outcome == kFailed || outcome == kExpired || outcome == kStalled || outcome == kForgotten)
        row.failed_on.insert(attempt.worker);
    }
  }
  return live;
}

}  // namespace musicfleet::simulation
