// A dispatcher on a virtual clock, with a shadow of what the store would hold and of what the workers were
// sent.
#pragma once

#include "coordinator/dispatch/dispatcher.h"
#include "coordinator/dispatch/requeue.h"
#include "coordinator/dispatch/song_check.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace musicfleet::dispatch {

class Scene {
 public:
  explicit Scene(Settings settings = {}, Failover failover = {});

  // Events. `submit` returns the job's id.
  JobId submit(const std::string& name, int priority = 0, std::string model = {},
               std::optional<Milliseconds> deadline = std::nullopt);
  void hello(const std::string& worker, int slots = 1, std::vector<RunningJob> running = {});
  void beat(const std::string& worker, std::vector<RunningJob> running, bool draining = false);
  void fail(const std::string& worker, const Lease& lease, ErrorCode code);
  void song_ready(const std::string& worker, const Lease& lease);
  void upload(const Lease& lease, const std::string& object = "object");
  void say(const std::string& worker, to_coordinator::Message message);
  void apply(Event event);
  // Into the store, by somebody else than the dispatcher; the job as it is then.
  Job commit(const NewLife& life);
  // Lets time pass, ticking whenever the dispatcher asked for it.
  void pass(Milliseconds time);
  // The coordinator stands still for that long, and then goes on with a Tick.
  void pause(Milliseconds time);
  // The coordinator dies and comes back `down` later with what was committed.
  void restart(Milliseconds down = Milliseconds{0});

  // What an honest worker announces of the job's song.
  to_coordinator::SongReady song_of(const Lease& lease) const;

  // The job as committed.
  const Job& job(const JobId& id) const { return jobs_.at(id); }
  Lease lease(const JobId& id) const { return {id, job(id).epoch}; }
  // Messages of one kind sent since the last forget_sent().
  template <class Message>
  std::vector<Message> sent(const std::string& worker) const {
    std::vector<Message> found;
    for (const auto& [to, message] : sent_)
      if (to.value == worker)
        if (const auto* one = std::get_if<Message>(&message)) found.push_back(*one);
    return found;
  }
  void forget_sent() { sent_.clear(); }

  Instant now;
  Settings settings;
  Failover failover;
  TenantId tenant;  // of the jobs that are submitted
  std::vector<IssueTicket> tickets;
  std::vector<DiscardObject> discarded;
  std::vector<PublishJob> published;
  std::vector<AttemptEnded> attempts_ended;
  std::vector<HistoryEvent> history;
  std::vector<PurchaseIntent> intents;
  std::vector<PurchaseEnd> purchase_ends;
  std::set<Lease> unknown_purchases;
  std::vector<LedgerEntry> ledger;  // what dispatching writes of it
  std::vector<BuySong> orders;
  std::vector<Lease> withdrawn;
  std::vector<BudgetWarning> warnings;
  std::unique_ptr<Dispatcher> dispatcher;

 private:
  std::map<JobId, Job> jobs_;
  std::vector<std::pair<WorkerId, to_worker::Message>> sent_;
};

// A report of the solver's progress on a lease.
RunningJob denoising(const Lease& lease, int step = 1, int steps = 8);

}  // namespace musicfleet::dispatch
