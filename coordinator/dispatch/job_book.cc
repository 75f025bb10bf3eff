#include "coordinator/dispatch/job_book.h"

#include "coordinator/dispatch/history.h"
#include "coordinator/dispatch/ledger_rows.h"
#include "coordinator/dispatch/planted_bug.h"
#include "coordinator/dispatch/retry.h"

#include <stdexcept>

namespace musicfleet::dispatch {
namespace {

bool is_bought(const Job& job) { return job.worker.value == kElevenLabs; }

}  // namespace

JobBook::JobBook(const Settings& settings, Agenda& agenda, Experience& experience, std::uint64_t random_state)
    : settings_(settings),
      agenda_(agenda),
      experience_(experience),
      random_state_(random_state),
      queue_(settings.priority_step) {}

std::int64_t JobBook::queued_of(const TenantId& tenant) const {
  const auto found = queued_.find(tenant);
  return found == queued_.end() ? 0 : found->second;
}

std::vector<JobId> JobBook::waiting() const {
  std::map<FairQueue::Rank, JobId> sorted;
  for (const auto& [id, live] : jobs_)
    if (live.job.state == JobState::kQueued) sorted.emplace(queue_.rank(live.job), id);
  std::vector<JobId> waiting;
  waiting.reserve(sorted.size());
  for (auto& [rank, id] : sorted) waiting.push_back(std::move(id));
  return waiting;
}

void JobBook::count(const Job& job, int by) {
  const bool forgotten = planted(Bug::kMiscountQueue) && by > 0 && job.epoch > 0;
  if (job.state == JobState::kQueued && !forgotten) queued_[job.tenant] += by;
  if (job.state == JobState::kLeased && !is_bought(job)) queue_.count_running(job.tenant, by);
}

LiveJob& JobBook::insert(Job job, std::set<WorkerId> failed_on) {
  const JobId id = job.id;
  LiveJob& live = jobs_[id];
  live.job = std::move(job);
  live.failed_on = std::move(failed_on);
  count(live.job, +1);
  return live;
}

void JobBook::restore(RestoredJob restored, Turn& turn) {
  restored.failed_on.erase(WorkerId{std::string(kElevenLabs)});
  if (planted(Bug::kLoseLeasedAtRestart) && restored.job.state == JobState::kLeased) return;
  LiveJob& live = insert(std::move(restored.job), std::move(restored.failed_on));
  if (live.job.state == JobState::kQueued) return enqueue(live, Milliseconds{0}, turn);
  live.delivery = Delivery::kRestored;
  live.pace = Pace(turn.now.steady);
  live.lease_model = live.job.spec.model;
  owned_[live.job.worker].insert(live.job.id);
  if (is_bought(live.job) && planted(Bug::kForgetBoughtLease)) return;
  if (is_bought(live.job))
    return end_attempt(
        live, AttemptOutcome::kFailed,
        Error{ErrorCode::kUnavailable, "the coordinator ended while the song was being bought"}, turn);
  touched_.insert(live.job.worker);
  agenda_.set({Appointment::kLeaseExpiry, live.job.id.value}, turn.now.steady + settings_.lease);
  agenda_.set({Appointment::kStall, live.job.id.value}, live.pace.stalled_at(settings_));
  await_deadline(live.job, turn.now);
}

void JobBook::submit(Job job, Turn& turn) {
  LiveJob& live = insert(std::move(job), {});
  enqueue(live, Milliseconds{0}, turn);
  publish(live.job, turn);
}

LiveJob* JobBook::find(const JobId& id) {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

const LiveJob* JobBook::find(const JobId& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

LiveJob* JobBook::held(const WorkerId& worker, const Lease& lease) {
  LiveJob* live = find(lease.job);
  const bool holds = live != nullptr && live->job.state == JobState::kLeased && live->job.worker == worker &&
                     (live->job.epoch == lease.epoch || planted(Bug::kAnyLeaseIsOurs));
  return holds ? live : nullptr;
}

std::vector<JobId> JobBook::held_by(const WorkerId& worker) const {
  const auto found = owned_.find(worker);
  if (found == owned_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

int JobBook::count_held_by(const WorkerId& worker) const {
  const auto found = owned_.find(worker);
  return found == owned_.end() ? 0 : static_cast<int>(found->second.size());
}

void JobBook::grant(LiveJob& live, const WorkerId& worker, const std::string& choice, Turn& turn) {
  Job& job = live.job;
  queue_.remove(job);
  job.worker = worker;
  move_to(job, JobState::kLeased, turn);
  if (!planted(Bug::kReuseEpoch) || job.epoch == 0) ++job.epoch;
  ++job.attempts;
  job.started_at = turn.now.wall;
  live.delivery = Delivery::kSent;
  live.begun_at.reset();
  live.recalled_at.reset();
  live.pace = Pace(turn.now.steady);
  owned_[worker].insert(job.id);
  touched_.insert(worker);
  granted_.push_back(job.id);
  agenda_.set({Appointment::kLeaseExpiry, job.id.value}, turn.now.steady + settings_.lease);
  agenda_.set({Appointment::kStall, job.id.value}, live.pace.stalled_at(settings_));

  const Lease lease{job.id, job.epoch};
  turn.out.changes.emplace_back(AttemptStarted{lease, worker, turn.now.wall});
  turn.out.changes.emplace_back(history(job.id, turn.now, "leased",
                                        {{"worker", worker.value},
                                         {"epoch", std::int64_t{job.epoch}},
                                         {"attempt", std::int64_t{job.attempts}},
                                         {"age_ms", (turn.now.wall - job.created_at).count()},
                                         {"lease_ms", settings_.lease.count()},
                                         {"choice", Raw{choice}}}));
  record(job, turn);
  turn.out.effects.emplace_back(SendToWorker{worker, to_worker::Assign{lease, job.spec}});
}

void JobBook::purchase(LiveJob& live, const PurchaseIntent& intent, Turn& turn) {
  Job& job = live.job;
  queue_.remove(job);
  agenda_.clear({Appointment::kRestOver, job.id.value});
  job.worker = WorkerId{intent.provider};
  move_to(job, JobState::kLeased, turn);
  job.epoch = intent.lease.epoch;
  ++job.attempts;
  job.started_at = turn.now.wall;
  // Nothing is heard of it until it ends, and what has been ordered is not taken back for being late.
  live.delivery = Delivery::kNamed;
  live.begun_at = turn.now.steady;
  live.recalled_at.reset();
  live.pace = Pace(turn.now.steady);
  live.lease_model = intent.model;
  live.waiting_for.clear();
  owned_[job.worker].insert(job.id);

  turn.out.changes.emplace_back(AttemptStarted{intent.lease, job.worker, turn.now.wall});
  turn.out.changes.emplace_back(intent);
  record(job, turn);
}

bool JobBook::renew(LiveJob& live, const RunningJob& report, Turn& turn) {
  Job& job = live.job;
  // Before, nothing was known of whether it is in hand; its deadline may have passed meanwhile.
  if (live.delivery == Delivery::kRestored) await_deadline(job, turn.now);
  live.delivery = Delivery::kNamed;
  if (report.stage != Stage::kQueued) {
    if (!live.begun_at) live.begun_at = turn.now.steady;
    live.recalled_at.reset();
  }
  if (!job.cancel_requested)
    agenda_.set({Appointment::kLeaseExpiry, job.id.value}, turn.now.steady + settings_.lease);
  if (!live.pace.observe(report, turn.now.steady)) return false;
  agenda_.set({Appointment::kStall, job.id.value}, live.pace.stalled_at(settings_));
  job.progress.stage = report.stage;
  job.progress.step = report.step;
  job.progress.steps = report.steps;
  if (const auto finish = live.pace.predicted_finish())
    job.progress.predicted_finish = turn.now.wall_at(*finish);
  publish(job, turn);
  return true;
}

void JobBook::wait_in_line(const WorkerId& worker, SteadyTime now) {
  for (const JobId& id : held_by(worker)) {
    LiveJob& live = *find(id);
    if (live.pace.wait(now)) agenda_.set({Appointment::kStall, id.value}, live.pace.stalled_at(settings_));
  }
}

void JobBook::cancel(LiveJob& live, Turn& turn) {
  Job& job = live.job;
  if (job.state == JobState::kQueued) return finish(live, JobState::kCancelled, std::nullopt, turn);
  if (!job.cancel_requested) {
    job.cancel_requested = true;
    turn.out.changes.emplace_back(
        history(job.id, turn.now, "cancel_requested", {{"worker", job.worker.value}}));
    record(job, turn);
  }
  const Lease lease{job.id, job.epoch};
  if (!is_bought(job)) turn.out.effects.emplace_back(SendToWorker{job.worker, to_worker::Cancel{lease}});
}

void JobBook::succeed(LiveJob& live, JobAudio audio, std::vector<std::string> warnings, Turn& turn) {
  Job& job = live.job;
  const SendToWorker accepted{job.worker, to_worker::Accepted{{job.id, job.epoch}}};
  job.audio = std::move(audio);
  job.warnings = std::move(warnings);
  const bool bought = is_bought(job);
  if (!bought) {
    experience_.speed.add(job.worker, live.lease_model, job.audio->duration, job.audio->generate_time);
    experience_.failures.succeeded(job.worker, live.lease_model, turn.now.steady);
  }
  release(live, AttemptOutcome::kSucceeded, std::nullopt, turn);
  turn.out.changes.emplace_back(sale_row(job, turn.now, settings_));
  finish(live, JobState::kSucceeded, std::nullopt, turn);
  if (!bought) turn.out.effects.emplace_back(accepted);
}

void JobBook::end_attempt(LiveJob& live, AttemptOutcome outcome, const Error& error, Turn& turn) {
  Job& job = live.job;
  if (job.cancel_requested) {
    release(live, AttemptOutcome::kCancelled, std::nullopt, turn);
    return finish(live, JobState::kCancelled, std::nullopt, turn);
  }
  release(live, outcome, error, turn);
  const bool bought = is_bought(job);
  if (outcome == AttemptOutcome::kReturned || planted(Bug::kRetryForEver))
    --job.attempts;
  else if (!bought)
    remember_failure(live, outcome, error.code, turn.now.steady);
  const auto rest = retry_after(settings_, outcome, error.code, job.attempts, next_random(random_state_));
  if (!rest) {
    Error last = error;
    job.dead = error.code != ErrorCode::kInvalidArgument && !planted(Bug::kForgetTheDead);
    if (job.attempts > 1) last.message = concat("gave up after ", job.attempts, " attempts: ", error.message);
    return finish(live, JobState::kFailed, std::move(last), turn);
  }
  move_to(job, JobState::kQueued, turn);
  job.progress = {};
  turn.out.changes.emplace_back(history(
      job.id, turn.now, "retry", {{"attempts", std::int64_t{job.attempts}}, {"delay_ms", rest->count()}}));
  record(job, turn);
  if (!planted(Bug::kForgetRetry) || rest->count() == 0) enqueue(live, *rest, turn);
  if (outcome == AttemptOutcome::kReturned && !bought) queue_.refund(job);
}

void JobBook::remember_failure(LiveJob& live, AttemptOutcome outcome, ErrorCode code, SteadyTime now) {
  const WorkerId& worker = live.job.worker;
  const bool first_here = live.failed_on.insert(worker).second;
  live.ran_out_of_memory = outcome == AttemptOutcome::kFailed && code == ErrorCode::kOutOfMemory;
  // Wrong input and a song too long for the device are the job's fault; a job that fails twice in one place
  // says no more about the place.
  if (!first_here || live.ran_out_of_memory || code == ErrorCode::kInvalidArgument) return;
  if (experience_.failures.failed(worker, live.lease_model, now))
    agenda_.set({Appointment::kWorkerRested, worker.value}, *experience_.failures.next_rested(worker, now));
}

void JobBook::on_rest_over(const JobId& id) {
  LiveJob* live = find(id);
  if (!live) return;
  live->rests = false;
  if (live->job.state == JobState::kQueued && !live->kept_from_fleet) queue_.add(live->job);
}

void JobBook::on_deadline(const JobId& id, Turn& turn) {
  LiveJob* live = find(id);
  if (!live || planted(Bug::kIgnoreDeadline)) return;
  Job& job = live->job;
  if (job.state == JobState::kQueued)
    return finish(*live, JobState::kFailed,
                  Error{ErrorCode::kTimeout, "its deadline passed before a worker was free"}, turn);
  if (live->may_be_withdrawn()) return end_in_hand(*live, turn);
  // A late song is worth more than none.
  if (live->begun_at)
    turn.out.changes.emplace_back(history(id, turn.now, "deadline_passed",
                                          {{"worker", job.worker.value},
                                           {"stage", std::string(name_of(job.progress.stage))},
                                           {"step", std::int64_t{job.progress.step}},
                                           {"steps", std::int64_t{job.progress.steps}}}));
}

void JobBook::end_in_hand(LiveJob& live, Turn& turn) {
  Job& job = live.job;
  const SendToWorker notice{job.worker, to_worker::Cancel{{job.id, job.epoch}}};
  Error error{ErrorCode::kTimeout,
              concat("its deadline passed while it waited for its turn on worker ", job.worker)};
  release(live, AttemptOutcome::kReturned, error, turn);
  --job.attempts;
  queue_.refund(job);
  finish(live, JobState::kFailed, std::move(error), turn);
  turn.out.effects.emplace_back(notice);
}

void JobBook::await_deadline(const Job& job, const Instant& now) {
  if (job.deadline) agenda_.set({Appointment::kJobDeadline, job.id.value}, now.steady_at(*job.deadline));
}

void JobBook::on_lease_expiry(const JobId& id, Turn& turn) {
  LiveJob* live = find(id);
  if (!live || live->job.state != JobState::kLeased || planted(Bug::kKeepSilentLease)) return;
  const SendToWorker notice{live->job.worker, to_worker::Cancel{{id, live->job.epoch}}};
  const Error error{ErrorCode::kUnavailable,
                    concat("worker ", live->job.worker, " was silent about the job for a lease period")};
  end_attempt(*live, AttemptOutcome::kExpired, error, turn);
  turn.out.effects.emplace_back(notice);
}

void JobBook::on_stall(const JobId& id, Turn& turn) {
  LiveJob* live = find(id);
  if (!live || live->job.state != JobState::kLeased || planted(Bug::kIgnoreHang)) return;
  const SendToWorker notice{live->job.worker, to_worker::Cancel{{id, live->job.epoch}}};
  const Error error{ErrorCode::kTimeout, concat("worker ", live->job.worker, " made no progress while ",
                                                name_of(live->job.progress.stage))};
  end_attempt(*live, AttemptOutcome::kStalled, error, turn);
  turn.out.effects.emplace_back(notice);
}

void JobBook::enqueue(LiveJob& live, Milliseconds rest, Turn& turn) {
  const Job& job = live.job;
  live.rests = rest.count() > 0;
  if (rest.count() > 0)
    agenda_.set({Appointment::kRestOver, job.id.value}, turn.now.steady + rest);
  else
    queue_.add(job);
  newly_queued_.push_back(job.id);
  await_deadline(job, turn.now);
}

void JobBook::release(LiveJob& live, AttemptOutcome outcome, std::optional<Error> error, Turn& turn) {
  const Job& job = live.job;
  agenda_.clear({Appointment::kLeaseExpiry, job.id.value});
  agenda_.clear({Appointment::kStall, job.id.value});
  const auto owned = owned_.find(job.worker);
  owned->second.erase(job.id);
  touched_.insert(job.worker);
  if (owned->second.empty()) owned_.erase(owned);
  turn.out.changes.emplace_back(
      history(job.id, turn.now, "attempt_ended",
              {{"worker", job.worker.value},
               {"epoch", std::int64_t{job.epoch}},
               {"outcome", std::string(name_of(outcome))},
               {"code", error ? std::string(name_of(error->code)) : std::string()},
               {"message", error ? error->message : std::string()},
               {"ran_ms", (turn.now.wall - job.started_at.value_or(turn.now.wall)).count()},
               {"step", std::int64_t{job.progress.step}},
               {"steps", std::int64_t{job.progress.steps}}}));
  if (!is_bought(job))
    if (auto row = fleet_row(live, outcome, turn.now, settings_))
      turn.out.changes.emplace_back(*std::move(row));
  turn.out.changes.emplace_back(AttemptEnded{{job.id, job.epoch}, turn.now.wall, outcome, std::move(error)});
}

void JobBook::finish(LiveJob& live, JobState state, std::optional<Error> error, Turn& turn) {
  Job& job = live.job;
  queue_.remove(job);
  agenda_.clear({Appointment::kRestOver, job.id.value});
  agenda_.clear({Appointment::kJobDeadline, job.id.value});
  agenda_.clear({Appointment::kReroute, job.id.value});
  move_to(job, state, turn);
  job.finished_at = turn.now.wall;
  job.error = std::move(error);
  if (state == JobState::kCancelled) job.cancel_requested = true;
  turn.out.changes.emplace_back(
      history(job.id, turn.now, job.dead ? "dead" : std::string(name_of(state)),
              {{"attempts", std::int64_t{job.attempts}},
               {"workers", static_cast<std::int64_t>(live.failed_on.size())},
               {"code", job.error ? std::string(name_of(job.error->code)) : std::string()},
               {"message", job.error ? job.error->message : std::string()}}));
  record(job, turn);
  const JobId id = job.id;
  jobs_.erase(id);
}

void JobBook::move_to(Job& job, JobState state, Turn& turn) {
  // A bug here must not reach the disk.
  if (!may_follow(job.state, state))
    throw std::logic_error(concat(job.id, ": ", name_of(state), " may not follow ", name_of(job.state)));
  count(job, -1);
  job.state = state;
  count(job, +1);
  job.updated_at = turn.now.wall;
}

void JobBook::record(Job& job, Turn& turn) {
  publish(job, turn);
  turn.out.changes.emplace_back(JobUpdated{job});
}

void JobBook::publish(Job& job, Turn& turn) {
  ++job.revision;
  turn.out.effects.emplace_back(PublishJob{job});
}

}  // namespace musicfleet::dispatch
