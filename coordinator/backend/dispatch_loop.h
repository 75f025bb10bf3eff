// Runs the pure dispatcher in the daemon: gives it events and the time, commits what it decides, and only
// then lets the effects out, in order. Hears the fleet. A commit that fails is the end of the process: what
// the dispatcher remembers and what is on disk would differ. Loop thread; the loop no longer runs when this
// is destroyed.
#pragma once

#include "common/clock.h"
#include "common/log.h"
#include "coordinator/backend/job_board.h"
#include "coordinator/backend/metrics.h"
#include "coordinator/backend/upload_tickets.h"
#include "coordinator/dispatch/dispatcher.h"
#include "coordinator/fleet/fleet_port.h"
#include "coordinator/store/job_reader.h"
#include "coordinator/store/store_thread.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace musicfleet::backend {

// What the dispatch loop works with; all of it outlives the loop's run.
struct DispatchParts {
  boost::asio::io_context& loop;
  const Clock& clock;
  store::StoreThread& store;
  fleet::FleetPort& fleet;
  JobBoard& board;
  UploadTickets& tickets;
  Metrics& metrics;
};

struct DispatchHooks {
  std::function<void(const std::string& object)> discard_object;    // an object nobody asks for
  std::function<void(const Error&)> give_up;                        // the store cannot commit
  std::function<void(const Job&)> job_changed = [](const Job&) {};  // what is stored of it, committed
  // Whoever sells songs: an order ends in PurchaseEnded, always. Unset: nobody does.
  std::function<void(const dispatch::BuySong&)> buy_song = {};
  std::function<void(const Lease&)> withdraw_purchase = {};
  std::function<void(const ledger::BudgetLine&)> budget_warning = [](const ledger::BudgetLine&) {};
};

// What the store knows of purchases at the start.
struct RestoredMoney {
  std::set<Lease> unknown_purchases;
  std::vector<Spending> spending;
};

class DispatchLoop final : public fleet::FleetListener {
 public:
  // Tickets carry URLs below `public_url`, which has no slash at its end.
  DispatchLoop(DispatchParts parts, const dispatch::Settings& settings, std::string public_url,
               DispatchHooks hooks, Log log, const dispatch::Failover& failover = {});

  // First: the jobs that the store holds, the workers that are to take no new one, and what was bought.
  void restore(std::vector<store::LiveJobRow> jobs, std::set<WorkerId> drained, RestoredMoney money = {});

  void apply(dispatch::Event event);
  // Completes when what the event led to is committed and its effects are out. Name the Event before you
  // await: gcc 12 destroys a temporary of a co_await expression twice.
  boost::asio::awaitable<void> applied(dispatch::Event event);

  const dispatch::Dispatcher& dispatcher() const { return dispatcher_; }
  bool store_ok() const { return !broken_; }

  void on_message(const WorkerId& worker, to_coordinator::Message message) override;
  void on_gone(const WorkerId& worker, fleet::Gone why) override;

 private:
  using Done = std::function<void()>;

  void apply(dispatch::Event event, Done done);
  void carry_out(dispatch::Decisions decisions);
  void carry_out(const dispatch::SendToWorker& effect);
  void carry_out(dispatch::PublishJob& effect);
  void carry_out(const dispatch::IssueTicket& effect);
  void carry_out(const dispatch::DiscardObject& effect);
  void carry_out(const dispatch::BuySong& effect);
  void carry_out(const dispatch::WithdrawPurchase& effect);
  void carry_out(const dispatch::BudgetWarning& effect);
  void tell(const Change& change);
  void set_timer();

  DispatchParts parts_;
  const std::string public_url_;
  DispatchHooks hooks_;
  Log log_;
  dispatch::Dispatcher dispatcher_;
  boost::asio::steady_timer timer_;
  std::optional<dispatch::SteadyTime> timer_set_to_;
  int committing_ = 0;  // decisions that are with the store
  bool broken_ = false;
};

}  // namespace musicfleet::backend
