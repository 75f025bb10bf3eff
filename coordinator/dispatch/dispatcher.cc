#include "coordinator/dispatch/dispatcher.h"

#include "coordinator/dispatch/planted_bug.h"
#include "coordinator/dispatch/song_check.h"

#include <algorithm>
#include <utility>

namespace musicfleet::dispatch {
namespace {

constexpr int kFirstWithResume = 2;  // version of the fleet protocol

void tell(Turn& turn, const WorkerId& worker, to_worker::Message message) {
  turn.out.effects.emplace_back(SendToWorker{worker, std::move(message)});
}

}  // namespace

Dispatcher::Dispatcher(const Settings& settings, std::uint64_t random_state, const Failover& failover)
    : settings_(settings),
      experience_{{}, FailureMemory(settings.failure_half_life)},
      book_(settings_, agenda_, experience_, random_state),
      forecast_(book_, experience_),
      matcher_(settings_, book_, fleet_, experience_, forecast_),
      recaller_(settings_, book_, fleet_, matcher_, forecast_),
      buyer_(settings_, book_, agenda_, matcher_, limits_, failover, random_state + 1) {}

Decisions Dispatcher::apply(Event event, const Instant& now) {
  Turn turn{now, {}};
  make_up_for_a_pause(now.steady);
  std::visit([&](auto& e) { on(e, turn); }, event);
  run_due(turn);
  changed_.merge(book_.take_touched());
  std::set<WorkerId> changed = std::exchange(changed_, {});
  const bool matches = std::exchange(rematch_, false) || !changed.empty() || book_.has_newly_queued();
  for (const WorkerId& worker : changed) matcher_.refresh(worker, now.steady);
  buyer_.route_waiting(turn);
  if (matches) matcher_.match(turn);
  buyer_.shadow_granted(turn);
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
  buyer_.restore(std::move(event.unknown_purchases), event.spending);
  for (auto& restored : event.jobs) book_.restore(std::move(restored), turn);
}

void Dispatcher::on(Submitted& event, Turn& turn) { book_.submit(std::move(event.job), turn); }

void Dispatcher::on(CancelRequested& event, Turn& turn) {
  if (LiveJob* live = book_.find(event.job)) book_.cancel(*live, turn);
  buyer_.withdraw(event.job, turn);
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
  if (event.drain) buyer_.ask_for_all(turn.now.steady);
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

void Dispatcher::on(LimitsChanged& event, Turn& turn) {
  rematch_ = true;
  limits_[event.tenant] = event.limits;
  book_.queue().set_limits(event.tenant, event.limits);
  buyer_.take_limits(event.tenant, event.limits, turn.now.steady);
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

void Dispatcher::on(VendorStands& event, Turn& turn) { buyer_.take(std::move(event), turn.now.steady); }

void Dispatcher::on(PurchaseEnded& event, Turn& turn) { buyer_.end(event, turn); }

void Dispatcher::on(PurchaseSettled& event, Turn& turn) { buyer_.settle(event, turn.now.steady); }

void Dispatcher::on(Tick&, Turn&) {}

void Dispatcher::dismiss(const WorkerId& worker, const Lease& lease, Turn& turn) const {
  if (published_.contains(worker, lease)) return tell(turn, worker, to_worker::Accepted{lease});
  tell(turn, worker, to_worker::Cancel{lease});
}

void Dispatcher::leave(const WorkerId& name, Turn& turn) {
  if (fleet_.erase(name) == 0) return;
  changed_.insert(name);
  agenda_.clear({Appointment::kWorkerSilence, name.value});
  turn.out.changes.emplace_back(WorkerSeen{name, turn.now.wall});
  buyer_.ask_for_all(turn.now.steady);
}

void Dispatcher::run_due(Turn& turn) {
  while (const auto due = agenda_.take_due(turn.now.steady)) {
    switch (due->what) {
      case Appointment::kRestOver:
        book_.on_rest_over(JobId{due->id});
        rematch_ = true;
        buyer_.ask_for(JobId{due->id});
        break;
      case Appointment::kReroute:
        rematch_ = true;
        buyer_.ask_for(JobId{due->id});
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
