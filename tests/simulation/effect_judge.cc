#include "tests/simulation/effect_judge.h"

#include "tests/simulation/trace_text.h"

namespace musicfleet::simulation {

void EffectJudge::puts_back(const Job& failed, const Job& queued) {
  if (queued.state != JobState::kQueued || queued.attempts != 0 || queued.dead ||
      queued.epoch != failed.epoch)
    verdict_.broken("a requeued job begins anew", queued.id, " is ", name_of(queued.state), " with ",
                    queued.attempts, " attempts and epoch ", queued.epoch, " after ", failed.epoch);
}

void EffectJudge::decided(const dispatch::Dispatcher&, const dispatch::Decisions& decisions) {
  std::map<JobId, std::optional<Error>> failed;
  for (const Change& change : decisions.changes) {
    if (const auto* ended = std::get_if<AttemptEnded>(&change))
      if (ended->outcome != AttemptOutcome::kReturned) failed[ended->lease.job] = ended->error;
    const auto* updated = std::get_if<JobUpdated>(&change);
    if (!updated) continue;
    const Job& job = updated->job;
    if (job.attempts > settings_.max_attempts)
      verdict_.broken("attempts end", job.id, " has had ", job.attempts, " attempts");
    // A job that goes on may still meet its deadline in the same turn.
    if (const auto ended = failed.extract(job.id)) judge_end(job, ended.mapped());
  }
}

void EffectJudge::judge_end(const Job& job, const std::optional<Error>& error) {
  const bool invalid = error && error->code == ErrorCode::kInvalidArgument;
  if (invalid && !is_final(job.state)) verdict_.broken("invalid input is final", job.id, " is tried again");
  if (job.state == JobState::kFailed && job.dead == invalid)
    verdict_.broken("the dead are marked", job.id, job.dead ? " is dead of invalid input" : " is not marked");
}

void EffectJudge::committed(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (const auto* ended = std::get_if<AttemptEnded>(&change))
      if (ended->outcome != AttemptOutcome::kReturned && ++spent_[ended->lease.job] > settings_.max_attempts)
        verdict_.broken("attempts end", ended->lease.job, " has had ", spent_[ended->lease.job], " attempts");
    const auto* updated = std::get_if<JobUpdated>(&change);
    if (updated && updated->job.state == JobState::kFailed) spent_.erase(updated->job.id);
    if (!updated || updated->job.state != JobState::kSucceeded) continue;
    const Job& job = updated->job;
    if (++successes_[job.id] > 1) verdict_.broken("one result", job.id, " is published and charged again");
    if (cancelled_.count(job.id))
      verdict_.broken("cancelling wins", job.id, " succeeded though its cancellation was confirmed");
    const Lease* made = job.audio ? shelf_.find(job.audio->object) : nullptr;
    if (!made || *made != Lease{job.id, job.epoch})
      verdict_.broken("the current epoch's result", job.id, " with epoch ", job.epoch, " publishes ",
                      made ? text_of(*made) : "nothing");
  }
}

void EffectJudge::check_recorded(const WorkerId& worker, const Lease& lease, std::string_view what) {
  const StoredJob* stored = tables_.find(lease.job);
  const auto attempt =
      stored ? stored->attempts.find(lease.epoch) : std::map<Epoch, StoredAttempt>::const_iterator{};
  const bool recorded = stored && attempt != stored->attempts.end() && attempt->second.worker == worker;
  if (!recorded)
    verdict_.broken("commit before effect", what, ' ', text_of(lease), " leaves before its lease is on disk");
}

void EffectJudge::leaves(const WorkerId& worker, const to_worker::Message& message) {
  if (const auto* assign = std::get_if<to_worker::Assign>(&message))
    check_recorded(worker, assign->lease, "assign");
  if (const auto* ticket = std::get_if<to_worker::Ticket>(&message))
    check_recorded(worker, ticket->lease, "ticket");
  const auto* accepted = std::get_if<to_worker::Accepted>(&message);
  if (!accepted) return;
  const StoredJob* stored = tables_.find(accepted->lease.job);
  if (!stored || !stored->has_been(JobState::kSucceeded, accepted->lease.epoch))
    verdict_.broken("commit before effect", "accepted ", text_of(accepted->lease),
                    " leaves before it is on disk");
}

void EffectJudge::leaves(const Job& published) {
  const StoredJob* stored = tables_.find(published.id);
  if (!stored || !stored->has_been(published.state, published.epoch))
    verdict_.broken("commit before effect", published.id, " is shown as ", name_of(published.state),
                    " before that is on disk");
}

void EffectJudge::answered_submission(const JobId& id) {
  accepted_.insert(id);
  if (!tables_.find(id)) verdict_.broken("commit before effect", id, " is acknowledged before it is on disk");
}

void EffectJudge::answered_cancel(const JobId& id) {
  const StoredJob* stored = tables_.find(id);
  if (!stored || !stored->job.cancel_requested)
    return verdict_.broken("commit before effect", "the cancellation of ", id,
                           " is confirmed before it is on disk");
  cancelled_.try_emplace(id, timeline_.elapsed());
}

void EffectJudge::removes(const std::string& object) {
  for (const auto& [id, stored] : tables_.jobs())
    if (stored.job.audio && stored.job.audio->object == object)
      verdict_.broken("one result", "the published song of ", id, " is removed");
}

void EffectJudge::begin_anew() {
  // A coordinator that starts gives every lease a fresh period.
  for (auto& [id, since] : cancelled_) since = timeline_.elapsed();
}

void EffectJudge::held_up(Micros duration) {
  for (auto& [id, since] : cancelled_) since = timeline_.elapsed() + duration;
}

void EffectJudge::inspect(const dispatch::Dispatcher* dispatcher) {
  if (!dispatcher) return begin_anew();
  for (const auto& [id, since] : cancelled_) {
    const Job* job = dispatcher->find(id);
    // What was ordered and has left is waited for.
    const bool over = !job || job->worker.value == kElevenLabs;
    if (!over && timeline_.elapsed() - since > settings_.lease + std::chrono::seconds(1))
      verdict_.broken("cancelling ends", id, " still runs ", (timeline_.elapsed() - since).count() / 1'000,
                      " ms after its cancellation was confirmed");
  }
}

void EffectJudge::closes() {
  for (const JobId& id : accepted_)
    if (!tables_.find(id)) verdict_.broken("no job is lost", id, " was accepted and is not on disk");
  for (const auto& [id, stored] : tables_.jobs()) {
    if (!is_final(stored.job.state))
      verdict_.broken("every job ends", id, " is still ", name_of(stored.job.state));
    for (const auto& [epoch, attempt] : stored.attempts)
      if (!attempt.outcome)
        verdict_.broken("every job ends", text_of(Lease{id, epoch}), " has no end on disk");
  }
}

}  // namespace musicfleet::simulation
