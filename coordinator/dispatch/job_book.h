// The live jobs and the only code that moves them from state to state: keeps the queue's order, the leases
// and their appointments, and writes every move into the turn as changes, history and a published revision.
// Which worker gets what is the Dispatcher's to say.
#pragma once

#include "coordinator/dispatch/agenda.h"
#include "coordinator/dispatch/decisions.h"
#include "coordinator/dispatch/events.h"
#include "coordinator/dispatch/experience.h"
#include "coordinator/dispatch/fair_queue.h"
#include "coordinator/dispatch/live_job.h"
#include "coordinator/dispatch/settings.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace musicfleet::dispatch {

class JobBook {
 public:
  // `random_state` seeds the jitter of retries. What attempts teach about workers goes into `experience`.
  JobBook(const Settings& settings, Agenda& agenda, Experience& experience, std::uint64_t random_state);

  void restore(RestoredJob restored, Turn& turn);
  // A queued job that is committed: a new one, or one that an operator has put back.
  void submit(Job job, Turn& turn);

  LiveJob* find(const JobId& id);
  const LiveJob* find(const JobId& id) const;
  // The job, where `worker` owns exactly this lease of it.
  LiveJob* held(const WorkerId& worker, const Lease& lease);
  // Copies, since ending a lease changes what they list.
  std::vector<JobId> held_by(const WorkerId& worker) const;
  int count_held_by(const WorkerId& worker) const;
  FairQueue& queue() { return queue_; }
  const FairQueue& queue() const { return queue_; }
  // Jobs of the tenant that wait for a worker, be it their turn or the end of a rest.
  std::int64_t queued_of(const TenantId& tenant) const;
  // Workers whose number of jobs has changed, jobs that joined the queue: since the last call.
  std::set<WorkerId> take_touched() { return std::exchange(touched_, {}); }
  bool has_newly_queued() const { return !newly_queued_.empty(); }
  const std::vector<JobId>& newly_queued() const { return newly_queued_; }
  std::vector<JobId> take_newly_queued() { return std::exchange(newly_queued_, {}); }
  // Jobs that workers were given, since the last call.
  std::vector<JobId> take_granted() { return std::exchange(granted_, {}); }
  // All queued jobs, those that rest too, in the order of the queue within each tenant.
  std::vector<JobId> waiting() const;
  std::size_t size() const { return jobs_.size(); }

  // queued → leased, with the next epoch. `choice`: a JSON object, why this worker.
  void grant(LiveJob& live, const WorkerId& worker, const std::string& choice, Turn& turn);
  // queued → leased by ElevenLabs, under the intent's lease, which has the next epoch: no message, and no end
  // but by succeed() or end_attempt().
  void purchase(LiveJob& live, const PurchaseIntent& intent, Turn& turn);
  // queued → failed.
  void refuse(LiveJob& live, Error why, Turn& turn) { finish(live, JobState::kFailed, std::move(why), turn); }
  // The owner names the lease: a new lease period, unless the job is to be cancelled, and its progress.
  // Whether the job has moved.
  bool renew(LiveJob& live, const RunningJob& report, Turn& turn);
  // Something moves on this worker: what waits there for its turn is not hung.
  void wait_in_line(const WorkerId& worker, SteadyTime now);
  // queued → cancelled; a leased job is marked and its owner told.
  void cancel(LiveJob& live, Turn& turn);
  void succeed(LiveJob& live, JobAudio audio, std::vector<std::string> warnings, Turn& turn);
  // Ends the lease, then: cancelled where that was asked for, queued where another attempt is due, else
  // failed.
  void end_attempt(LiveJob& live, AttemptOutcome outcome, const Error& error, Turn& turn);

  void on_rest_over(const JobId& id);
  void on_deadline(const JobId& id, Turn& turn);
  void on_lease_expiry(const JobId& id, Turn& turn);
  void on_stall(const JobId& id, Turn& turn);

 private:
  LiveJob& insert(Job job, std::set<WorkerId> failed_on);
  void move_to(Job& job, JobState state, Turn& turn);
  void enqueue(LiveJob& live, Milliseconds rest, Turn& turn);
  void await_deadline(const Job& job, const Instant& now);
  // leased → failed: its deadline has passed before its worker began it.
  void end_in_hand(LiveJob& live, Turn& turn);
  // Of an attempt that the worker may be to blame for.
  void remember_failure(LiveJob& live, AttemptOutcome outcome, ErrorCode code, SteadyTime now);
  void count(const Job& job, int by);
  void release(LiveJob& live, AttemptOutcome outcome, std::optional<Error> error, Turn& turn);
  // Into a final state; the job leaves the book, and `live` is gone.
  void finish(LiveJob& live, JobState state, std::optional<Error> error, Turn& turn);
  void record(Job& job, Turn& turn);
  void publish(Job& job, Turn& turn);

  const Settings& settings_;
  Agenda& agenda_;
  Experience& experience_;
  std::uint64_t random_state_;
  std::unordered_map<JobId, LiveJob> jobs_;
  FairQueue queue_;
  std::map<TenantId, std::int64_t> queued_;
  std::set<WorkerId> touched_;
  std::vector<JobId> newly_queued_;
  std::vector<JobId> granted_;
  std::unordered_map<WorkerId, std::set<JobId>> owned_;
};

}  // namespace musicfleet::dispatch
