// The coordinator's process: the real Dispatcher and UploadTickets, and around them a model of what is not
// pure: DispatchLoop (commit first, then effects, in order), UploadDesk and the job calls of
// CoordinatorBackend, on the virtual clock. Keep it in step with coordinator/backend/.
#pragma once

#include "coordinator/backend/admissions.h"
#include "coordinator/backend/upload_tickets.h"
#include "tests/simulation/fleet_door.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/model_store.h"
#include "tests/simulation/song_shelf.h"
#include "tests/simulation/vendor.h"

#include <set>

namespace musicfleet::simulation {

struct JobOrder {
  TenantId tenant;
  JobSpec spec;
  int priority = 0;
  std::optional<std::chrono::milliseconds> deadline;
  std::optional<SubmissionKey> key;
};

class CoordinatorProcess {
 public:
  template <class T>
  using Reply = std::function<void(Result<T>)>;

  CoordinatorProcess(Timeline& timeline, Dice dice, Network& network, Vendor& vendor, const Judges& judges,
                     const dispatch::Settings& settings, const dispatch::Failover& failover);

  void start();
  void crash();
  void stand_still(Micros duration);
  bool up() const { return process_.up(); }

  // The border to workers and clients: what arrives at the process. Nothing is answered while it is down.
  void hear(int connection, std::size_t worker, to_coordinator::Message message);
  void submit(const JobOrder& order, Reply<JobId> reply);
  void cancel(const JobId& id, Reply<Job> reply);
  void look(const JobId& id, Reply<Job> reply);
  void open_upload(const std::string& token, Reply<Lease> reply);
  void finish_upload(const std::string& token, Reply<void> reply);
  void abandon_upload(const std::string& token);
  // An operator's.
  void revoke(const WorkerId& worker);
  void allow(const WorkerId& worker) { door_.allow(worker); }
  // Puts a failed job back; nothing happens to any other.
  void requeue(const JobId& id);
  void order_drain(const WorkerId& worker, bool drain);
  void set_limits(const TenantId& tenant, const TenantLimits& limits);
  // The breaker in front of the provider opens (false) or closes.
  void open_shop(bool open);
  // What the operator found out about an unknown purchase.
  void settle(const Lease& lease, bool was_paid);
  bool was_requeued(const JobId& id) const { return requeued_.count(id) > 0; }

  ModelStore& store() { return store_; }
  const Tables& tables() const { return store_.tables(); }
  const SongShelf& shelf() const { return shelf_; }
  // Null while it is down or stands still.
  const dispatch::Dispatcher* dispatcher() const {
    return process_.responsive() ? dispatcher_.get() : nullptr;
  }

 private:
  void apply(
      dispatch::Event event, Task done = [] {});
  void carry_out(const dispatch::Decisions& decisions);
  void carry_out(const dispatch::SendToWorker& effect);
  void carry_out(const dispatch::PublishJob& effect);
  void carry_out(const dispatch::IssueTicket& effect);
  void carry_out(const dispatch::DiscardObject& effect);
  void carry_out(const dispatch::BuySong& effect);
  void carry_out(const dispatch::WithdrawPurchase& effect);
  void carry_out(const dispatch::BudgetWarning&) {}
  void tell_how_vendor_stands();
  void send_order(const PurchaseIntent& intent);
  void take_answer(const PurchaseIntent& intent, Vendor::Answer answer);
  void end_purchase(const Lease& lease, PurchaseState state, const std::string& reason);
  void set_timer();
  Result<Job> job(const JobId& id) const;
  std::optional<Error> overload(const TenantId& tenant) const;
  void remove_object(const std::string& object);

  Timeline& timeline_;
  Dice dice_;
  const Judges& judges_;
  const dispatch::Settings settings_;
  const dispatch::Failover failover_;
  Vendor& vendor_;
  Process process_;
  ModelStore store_;
  SongShelf shelf_;
  FleetDoor door_;
  int jobs_made_ = 0;
  std::set<JobId> requeued_;
  bool shop_is_open_ = true;
  int lives_ = 0;

  // Of one life.
  std::unique_ptr<dispatch::Dispatcher> dispatcher_;
  std::optional<backend::UploadTickets> tickets_;
  backend::Admissions admissions_;
  std::map<JobId, Job> board_;
  std::set<Lease> publishing_;
  std::map<Lease, PurchaseIntent> waiting_orders_;  // whose turn with a key has not come
  std::optional<dispatch::SteadyTime> timer_set_to_;
  std::uint64_t timers_ = 0;
  int committing_ = 0;
  bool broken_ = false;
};

}  // namespace musicfleet::simulation
