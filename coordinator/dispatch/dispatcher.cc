#include "coordinator/dispatch/dispatcher.h"

#include "coordinator/dispatch/planted_bug.h"
#include "coordinator/dispatch/song_check.h"

#include <algorithm>
#include <utility>

namespace musicfleet::dispatch {
namespace {

constexpr int kMaxSlots = 64;
constexpr int kFirstWithResume = 2;  // version of the fleet protocol

void tell(Turn& turn, const WorkerId& worker, to_worker::Message message) {
  turn.out.effects.emplace_back(SendToWorker{worker, std::move(message)});
}

}  // namespace

Dispatcher::Dispatcher(const Settings& settings, std::uint64_t random_state)
    : settings_(settings),
      experience_{{}, FailureMemory(settings.failure_half_life)},
      book_(settings_, agenda_, experience_, random_state),
      forecast_(book_, experience_),
      matcher_(settings_, book_, fleet_, experience_, forecast_),
      recaller_(settings_, book_, fleet_, matcher_, forecast_) {}

Decisions Dispatcher::apply(Event event, const Instant& now) {
  Turn turn{now, {}};
  make_up_for_a_pause(now.steady);
  std::visit([&](auto& e) { on(e, turn); }, event);
  run_due(turn);
  changed_.merge(book_.take_touched());
  std::set<WorkerId> changed = std::exchange(changed_, {});
  const bool matches = std::exchange(rematch_, false) || !changed.empty() || book_.has_newly_queued();
  for (const WorkerId& worker : changed) matcher_.refresh(worker, now.steady);
  if (matches) matcher_.match(turn);
  if (const auto* said = std::get_if<WorkerSaid>(&event)) changed.insert(said->worker);
  recaller_.consider(changed, matches, turn);
  return std::move(turn.out);
}

std::optional<SteadyTime> Dispatcher::next_deadline() const {
  const auto next = agenda_.next();
  return next ? std::min(*next, pulse_) : next;
}

void Dispatcher::make_up_for_a_pause(SteadyTime now) {
  const Milliseconds gap = now - last_apply_.value_or(now);
  last_apply_ = now;
  if (now >= pulse_) pulse_ = now + settings_.heartbeat;
  // Half a heartbeat late is a busy machine, and leases bear that.
  if (gap <= settings_.heartbeat + settings_.heartbeat / 2) return;
  agenda_.postpone({Appointment::kLeaseExpiry, Appointment::kStall, Appointment::kWorkerSilence}, gap);
}

const Job* Dispatcher::find(const JobId& id) const {
  const LiveJob* live = book_.find(id);
  return live ? &live->job : nullptr;
}

bool Dispatcher::is_current(const Lease& lease) const {
  const Job* job = find(lease.job);
  const bool same = job && job->state == JobState::kLeased &&
                    (job->epoch == lease.epoch || planted(Bug::kSkipEpochOnUpload));
  return same && (!job->cancel_requested || planted(Bug::kIgnoreCancel));
}

void Dispatcher::on(Restored& event, Turn& turn) {
  if (!planted(Bug::kForgetDrainOrder)) drained_ = std::move(event.drained);
  for (auto& restored : event.jobs) book_.restore(std::move(restored), turn);
}

void Dispatcher::on(Submitted& event, Turn& turn) { book_.submit(std::move(event.job), turn); }

void Dispatcher::on(CancelRequested& event, Turn& turn) {
  if (LiveJob* live = book_.find(event.job)) book_.cancel(*live, turn);
}

void Dispatcher::on(WorkerSaid& event, Turn& turn) {
  if (const auto known = fleet_.find(event.worker); known != fleet_.end()) {
    known->second.last_seen_at = turn.now.wall;
    agenda_.set({Appointment::kWorkerSilence, event.worker.value}, turn.now.steady + settings_.lease);
  } else if (!std::holds_alternative<to_coordinator::Hello>(event.message) &&
             !std::holds_alternative<to_coordinator::Goodbye>(event.message)) {
    tell(turn, event.worker, to_worker::Again{});
  }
  std::visit([&](auto& message) { hear(event.worker, message, turn); }, event.message);
}

void Dispatcher::on(WorkerGone& event, Turn& turn) {
  leave(event.worker, turn);
  // What it never named has most likely not arrived; the rest it may still be working on.
  for (const JobId& id : book_.held_by(event.worker))
    if (LiveJob* live = book_.find(id);
        live->delivery == Delivery::kSent || planted(Bug::kTakeLeaseOnReconnect))
      book_.end_attempt(*live, AttemptOutcome::kReturned,
                        Error{ErrorCode::kUnavailable, "the worker's connection broke"}, turn);
}

void Dispatcher::on(WorkerRevoked& event, Turn& turn) {
  leave(event.worker, turn);
  experience_.speed.forget(event.worker);
  experience_.failures.forget(event.worker);
  for (const JobId& id : book_.held_by(event.worker))
    book_.end_attempt(*book_.find(id), AttemptOutcome::kReturned,
                      Error{ErrorCode::kForbidden, "the worker's key was revoked"}, turn);
}

void Dispatcher::on(DrainOrdered& event, Turn& turn) {
  if (event.drain)
    drained_.insert(event.worker);
  else if (!planted(Bug::kDrainForEver))
    drained_.erase(event.worker);
  const auto known = fleet_.find(event.worker);
  if (known == fleet_.end()) return;
  FleetMember& worker = known->second;
  tell_whether_drained(worker, !event.drain, turn);
  // Of a worker that was told, the next heartbeat says when it takes jobs again.
  if (event.drain || worker.protocol_version < kFirstWithResume)
    worker.draining = event.drain || worker.says_draining;
  changed_.insert(event.worker);
}

void Dispatcher::tell_whether_drained(const FleetMember& worker, bool says_draining, Turn& turn) const {
  const bool drained = drained_.contains(worker.name);
  if (drained == says_draining || worker.protocol_version < kFirstWithResume) return;
  if (drained)
    tell(turn, worker.name, to_worker::Drain{});
  else
    tell(turn, worker.name, to_worker::Resume{});
}

void Dispatcher::on(UploadVerified& event, Turn& turn) {
  if (!is_current(event.lease)) {
    turn.out.effects.emplace_back(DiscardObject{event.audio.object});
    return;
  }
  LiveJob& live = *book_.find(event.lease.job);
  published_.add(live.job.worker, event.lease);
  book_.succeed(live, std::move(event.audio), std::move(event.warnings), turn);
}

void Dispatcher::on(SongRefused& event, Turn& turn) {
  if (is_current(event.lease)) refuse(*book_.find(event.lease.job), event.why, turn);
}

void Dispatcher::refuse(LiveJob& live, const Error& why, Turn& turn) {
  const Lease lease{live.job.id, live.job.epoch};
  const WorkerId worker = live.job.worker;
  mark_stray(lease.job);
  book_.end_attempt(live, AttemptOutcome::kFailed, why, turn);
  tell(turn, worker, to_worker::Cancel{lease});
}

void Dispatcher::on(Requeued& event, Turn& turn) {
  if (event.job.state == JobState::kQueued && !book_.find(event.job.id))
    book_.submit(std::move(event.job), turn);
}

void Dispatcher::on(LimitsChanged& event, Turn&) {
  rematch_ = true;
  limits_[event.tenant] = event.limits;
  book_.queue().set_limits(event.tenant, event.limits);
}

std::string Dispatcher::explain(const JobId& id) const {
  const LiveJob* live = book_.find(id);
  if (!live || live->job.state != JobState::kQueued) return {};
  return matcher_.explain(*live, last_apply_.value_or(SteadyTime{}));
}

const TenantLimits& Dispatcher::limits_of(const TenantId& tenant) const {
  static const TenantLimits none;
  const auto found = limits_.find(tenant);
  return found == limits_.end() ? none : found->second;
}

void Dispatcher::on(Tick&, Turn&) {}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Hello& hello, Turn& turn) {
  FleetMember& worker = fleet_[from];
  worker.name = from;
  worker.protocol_version = hello.protocol_version;
  worker.software_version = hello.software_version;
  worker.device = hello.device;
  worker.models = hello.models;
  worker.slots = std::clamp(hello.slots, 1, kMaxSlots);
  worker.memory_free_bytes = hello.memory_free_bytes;
  worker.says_draining = hello.draining;
  worker.draining = hello.draining || drained_.contains(from);
  worker.last_seen_at = turn.now.wall;
  agenda_.set({Appointment::kWorkerSilence, from.value}, turn.now.steady + settings_.lease);
  turn.out.changes.emplace_back(WorkerSeen{from, turn.now.wall});
  tell(turn, from,
       to_worker::Welcome{hello.protocol_version, from.value, settings_.heartbeat, settings_.lease});
  tell_whether_drained(worker, hello.draining, turn);
  changed_.insert(from);

  // A hello tells all that the worker holds. What it once named and no longer does is lost with its process;
  // what an earlier coordinator gave it has never arrived; what was sent just now may have crossed this hello
  // on the way.
  for (const JobId& id : book_.held_by(from)) {
    LiveJob* live = book_.find(id);
    const Lease lease{id, live->job.epoch};
    const bool named = std::any_of(hello.running.begin(), hello.running.end(),
                                   [&](const RunningJob& job) { return job.lease == lease; });
    if (named || live->delivery == Delivery::kSent) continue;
    const bool forgotten = live->delivery == Delivery::kNamed;
    book_.end_attempt(*live, forgotten ? AttemptOutcome::kForgotten : AttemptOutcome::kReturned,
                      Error{ErrorCode::kUnavailable, concat("worker ", from, " said hello without the job")},
                      turn);
  }
  take_report(worker, hello.running, turn);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Heartbeat& heartbeat, Turn& turn) {
  const auto known = fleet_.find(from);
  if (known == fleet_.end()) return;
  known->second.says_draining = heartbeat.draining;
  const bool draining = heartbeat.draining || drained_.contains(from);
  const bool changes_its_mind = std::exchange(known->second.draining, draining) != draining;
  const auto free_before = std::exchange(known->second.memory_free_bytes, heartbeat.memory_free_bytes);
  // 0 is unknown, and may be any.
  const bool more_free =
      free_before < heartbeat.memory_free_bytes || (free_before > 0 && heartbeat.memory_free_bytes == 0);
  if (changes_its_mind || more_free) changed_.insert(from);
  take_report(known->second, heartbeat.running, turn);
}

void Dispatcher::take_report(FleetMember& worker, const std::vector<RunningJob>& running, Turn& turn) {
  worker.running = running;
  const auto strays_before = std::exchange(worker.strays, {});
  bool moved = false;
  if (planted(Bug::kRenewUnnamed))
    for (const JobId& id : book_.held_by(worker.name))
      agenda_.set({Appointment::kLeaseExpiry, id.value}, turn.now.steady + settings_.lease);
  for (const RunningJob& report : running) {
    LiveJob* live = book_.held(worker.name, report.lease);
    if (live) moved |= book_.renew(*live, report, turn);
    if (!live) worker.strays.insert(report.lease);
    if (!live || live->job.cancel_requested) dismiss(worker.name, report.lease, turn);
  }
  if (moved) book_.wait_in_line(worker.name, turn.now.steady);
  if (worker.strays != strays_before) changed_.insert(worker.name);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::SongReady& song, Turn& turn) {
  LiveJob* live = book_.held(from, song.lease);
  if (!live || live->job.cancel_requested) return dismiss(from, song.lease, turn);
  const auto known = fleet_.find(from);
  const FleetMember* worker = known == fleet_.end() ? nullptr : &known->second;
  if (const auto fault = fault_of(song, live->job.spec, worker)) return refuse(*live, *fault, turn);
  turn.out.effects.emplace_back(IssueTicket{from, song});
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Uploaded& uploaded, Turn& turn) {
  // The upload itself has told us already, by UploadVerified; a job that is over has its answer.
  const bool live = book_.find(uploaded.lease.job) != nullptr;
  if (live && !book_.held(from, uploaded.lease)) tell(turn, from, to_worker::Cancel{uploaded.lease});
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Failed& failed, Turn& turn) {
  // The worker has let go of it either way: answering a stale one with Cancel would only start a ping-pong.
  const auto known = fleet_.find(from);
  if (known != fleet_.end() && known->second.strays.erase(failed.lease)) changed_.insert(from);
  LiveJob* live = book_.held(from, failed.lease);
  if (!live) return;
  const bool given_back = failed.error.code == ErrorCode::kCancelled && !live->job.cancel_requested;
  // Whoever gives a job back takes no other one, until a heartbeat says that it does.
  if (given_back && known != fleet_.end()) known->second.draining = true;
  book_.end_attempt(*live, given_back ? AttemptOutcome::kReturned : AttemptOutcome::kFailed, failed.error,
                    turn);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Goodbye&, Turn& turn) {
  leave(from, turn);
  for (const JobId& id : book_.held_by(from))
    book_.end_attempt(*book_.find(id), AttemptOutcome::kReturned,
                      Error{ErrorCode::kUnavailable, "the worker left"}, turn);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Returned& returned, Turn& turn) {
  const auto known = fleet_.find(from);
  if (known != fleet_.end() && known->second.strays.erase(returned.lease)) changed_.insert(from);
  LiveJob* live = book_.held(from, returned.lease);
  if (!live) return;
  // Whoever gives back what nobody asked for takes no other one, until a heartbeat says that it does.
  if (const bool asked = recaller_.returned(*live, turn); !asked && known != fleet_.end())
    known->second.draining = true;
  book_.end_attempt(*live, AttemptOutcome::kReturned,
                    Error{ErrorCode::kCancelled, "given back before it had begun"}, turn);
}

void Dispatcher::dismiss(const WorkerId& worker, const Lease& lease, Turn& turn) const {
  if (published_.contains(worker, lease)) return tell(turn, worker, to_worker::Accepted{lease});
  tell(turn, worker, to_worker::Cancel{lease});
}

void Dispatcher::leave(const WorkerId& name, Turn& turn) {
  if (fleet_.erase(name) == 0) return;
  changed_.insert(name);
  agenda_.clear({Appointment::kWorkerSilence, name.value});
  turn.out.changes.emplace_back(WorkerSeen{name, turn.now.wall});
}

void Dispatcher::run_due(Turn& turn) {
  while (const auto due = agenda_.take_due(turn.now.steady)) {
    switch (due->what) {
      case Appointment::kRestOver:
        book_.on_rest_over(JobId{due->id});
        rematch_ = true;
        break;
      case Appointment::kJobDeadline:
        if (const LiveJob* live = book_.find(JobId{due->id}); live && live->may_be_withdrawn())
          mark_stray(live->job.id);
        book_.on_deadline(JobId{due->id}, turn);
        break;
      case Appointment::kLeaseExpiry:
        mark_stray(JobId{due->id});
        book_.on_lease_expiry(JobId{due->id}, turn);
        break;
      case Appointment::kStall:
        mark_stray(JobId{due->id});
        book_.on_stall(JobId{due->id}, turn);
        break;
      case Appointment::kWorkerRested:
        rested(WorkerId{due->id}, turn.now.steady);
        break;
      case Appointment::kWorkerSilence:
        leave(WorkerId{due->id}, turn);
        break;
    }
  }
}

void Dispatcher::mark_stray(const JobId& id) {
  if (planted(Bug::kForgetStrays)) return;
  const Job* job = find(id);
  const auto owner = job ? fleet_.find(job->worker) : fleet_.end();
  if (owner == fleet_.end()) return;
  for (const RunningJob& report : owner->second.running)
    if (report.lease == Lease{id, job->epoch}) owner->second.strays.insert(report.lease);
  changed_.insert(owner->first);
}

void Dispatcher::rested(const WorkerId& worker, SteadyTime now) {
  changed_.insert(worker);
  if (const auto next = experience_.failures.next_rested(worker, now))
    agenda_.set({Appointment::kWorkerRested, worker.value}, *next);
}

}  // namespace musicfleet::dispatch
