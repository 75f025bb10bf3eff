// The coordinator's deciding core: a state machine over live jobs and connected workers. Every event gives
// changes to commit and effects that may leave after that commit; the state in memory is already the new one,
// so a caller that cannot commit must stop. No clock, socket, file or random source inside. One thread.
#pragma once

#include "coordinator/dispatch/agenda.h"
#include "coordinator/dispatch/buyer.h"
#include "coordinator/dispatch/decisions.h"
#include "coordinator/dispatch/events.h"
#include "coordinator/dispatch/fleet_member.h"
#include "coordinator/dispatch/job_book.h"
#include "coordinator/dispatch/matcher.h"
#include "coordinator/dispatch/published_leases.h"
#include "coordinator/dispatch/recaller.h"
#include "coordinator/dispatch/settings.h"

#include <map>
#include <optional>
#include <set>

namespace musicfleet::dispatch {

class Dispatcher {
 public:
  // `random_state` seeds the jitter of retries. Without failover nothing is ever bought.
  Dispatcher(const Settings& settings, std::uint64_t random_state, const Failover& failover = {});
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Works on the event, then on everything that is due at `now`, then gives ready jobs to free workers.
  Decisions apply(Event event, const Instant& now);

  // When to come back with a Tick at the latest; unset where nothing waits for time. Never much more than a
  // heartbeat away, so that a caller that was held up is noticed: what workers said meanwhile is still to be
  // read then, and no lease is lost for it.
  std::optional<SteadyTime> next_deadline() const;

  // A job that is not over; null for any other.
  const Job* find(const JobId& id) const;
  // Whether this lease is the current one of a job that nobody has asked to cancel.
  bool is_current(const Lease& lease) const;
  // Why a job that waits does so: a JSON object with what it meets at each worker. Empty for any other.
  std::string explain(const JobId& id) const;
  std::int64_t queued_of(const TenantId& tenant) const { return book_.queued_of(tenant); }
  std::size_t live_jobs() const { return book_.size(); }
  const std::map<WorkerId, FleetMember>& fleet() const { return fleet_; }
  // How long until one of the tenant's waiting jobs begins, by the fleet's measured speed and the tenant's
  // share of it.
  Milliseconds expected_turn(const TenantId& tenant) const { return forecast_.turn_of(tenant, fleet_); }
  // Where the song of a job that is not submitted yet would go now. `may_wait`: its caller is content with a
  // job that is queued; then only whether it is refused is answered.
  Route route_for(const Job& job, bool may_wait, const Instant& now) const {
    return buyer_.route_for(job, may_wait, now);
  }
  // Whether a purchase for the job has an outcome that nobody knows; also of one that is over.
  bool has_unknown_purchase(const JobId& job) const { return buyer_.has_unknown_purchase(job); }
  // Whether a purchase for the job is under way, be it for delivery or beside a worker.
  bool has_open_purchase(const JobId& job) const { return buyer_.has_open_purchase(job); }
  // Of the tightest budget for what is bought; unset without one.
  std::optional<MicroDollars> budget_left(const TenantId& tenant, WallTime at) const {
    return buyer_.budget_left(tenant, at);
  }
  // Jobs that were looked at for a worker since the start: what the cost of matching grows with.
  std::uint64_t jobs_looked_at() const { return matcher_.looked_at(); }
  const TenantLimits& limits_of(const TenantId& tenant) const;
  // Workers, connected or not, that an operator has told to take no new job.
  const std::set<WorkerId>& drained() const { return drained_; }

 private:
  void on(Restored& event, Turn& turn);
  void on(Submitted& event, Turn& turn);
  void on(CancelRequested& event, Turn& turn);
  void on(WorkerSaid& event, Turn& turn);
  void on(WorkerGone& event, Turn& turn);
  void on(WorkerRevoked& event, Turn& turn);
  void on(DrainOrdered& event, Turn& turn);
  void on(UploadVerified& event, Turn& turn);
  void on(SongRefused& event, Turn& turn);
  void on(Requeued& event, Turn& turn);
  void on(LimitsChanged& event, Turn& turn);
  void on(VendorStands& event, Turn& turn);
  void on(PurchaseEnded& event, Turn& turn);
  void on(PurchaseSettled& event, Turn& turn);
  void on(Tick& event, Turn& turn);

  void hear(const WorkerId& from, const to_coordinator::Hello& hello, Turn& turn);
  void hear(const WorkerId& from, const to_coordinator::Heartbeat& heartbeat, Turn& turn);
  void hear(const WorkerId& from, const to_coordinator::SongReady& song, Turn& turn);
  void hear(const WorkerId& from, const to_coordinator::Uploaded& uploaded, Turn& turn);
  void hear(const WorkerId& from, const to_coordinator::Failed& failed, Turn& turn);
  void hear(const WorkerId& from, const to_coordinator::Goodbye& goodbye, Turn& turn);
  void hear(const WorkerId& from, const to_coordinator::Returned& returned, Turn& turn);

  // Renews what the worker names and owns, and tells it to stop what it names and does not own.
  void take_report(FleetMember& worker, const std::vector<RunningJob>& running, Turn& turn);
  // The song of a lease is not the one that was ordered: its worker has failed.
  void refuse(LiveJob& live, const Error& why, Turn& turn);
  // Answers a worker that names a lease which it does not hold (any more).
  void dismiss(const WorkerId& worker, const Lease& lease, Turn& turn) const;
  // Says Drain or Resume where that is not what the worker does already. One of protocol 1 is told neither,
  // because it could not be resumed: that it gets no job is enough.
  void tell_whether_drained(const FleetMember& worker, bool says_draining, Turn& turn) const;
  void leave(const WorkerId& name, Turn& turn);
  // The job's lease is about to be lost: its owner, where it last said to be running it, stays busy with it.
  void mark_stray(const JobId& id);
  // Where the caller did not come for longer than it was asked to, gives leases and workers that time back.
  void make_up_for_a_pause(SteadyTime now);
  void run_due(Turn& turn);
  // A model of the worker may have jobs again; others may still rest.
  void rested(const WorkerId& worker, SteadyTime now);

  const Settings settings_;
  Agenda agenda_;
  Experience experience_;
  JobBook book_;
  PublishedLeases published_;
  Fleet fleet_;
  Forecast forecast_;
  Matcher matcher_;
  Recaller recaller_;
  std::map<TenantId, TenantLimits> limits_;
  Buyer buyer_;
  std::set<WorkerId> drained_;
  std::optional<SteadyTime> last_apply_;
  SteadyTime pulse_{};  // when to come back though nothing is due
  // Since the last match:
  std::set<WorkerId> changed_;  // workers that came, went or are not as they were
  bool rematch_ = false;        // a job that was in the book may start now
};

}  // namespace musicfleet::dispatch
