// What the dispatcher wants done after an event: changes for one transaction, then effects, which may only
// leave when that transaction is committed, in this order. Plain data.
#pragma once

#include "common/fleet_messages.h"
#include "coordinator/dispatch/instant.h"
#include "coordinator/job_changes.h"
#include "coordinator/ledger/budget.h"

#include <string>
#include <variant>
#include <vector>

namespace musicfleet::dispatch {

struct SendToWorker {
  WorkerId worker;
  to_worker::Message message;
};

// The job has a new revision: whoever watches it gets this one.
struct PublishJob {
  Job job;
};

// The worker may upload the song of a lease that it holds: make a ticket and send it.
struct IssueTicket {
  WorkerId worker;
  to_coordinator::SongReady song;
};

// An object was stored for a lease that had been lost: nobody will ever ask for it.
struct DiscardObject {
  std::string object;
};

// The intent is committed: order the song. A request that has not left by `begin_by` is not to leave.
struct BuySong {
  PurchaseIntent intent;
  Job job;
  SteadyTime begin_by{};
};

// The song is no longer wanted: take the order back if its request has not left. PurchaseEnded follows in any
// case.
struct WithdrawPurchase {
  Lease lease;
};

// A budget is used up to its warning, or to its end.
struct BudgetWarning {
  ledger::BudgetLine line;
};

using Effect = std::variant<SendToWorker, PublishJob, IssueTicket, DiscardObject, BuySong, WithdrawPurchase,
                            BudgetWarning>;

struct Decisions {
  std::vector<Change> changes;
  std::vector<Effect> effects;

  bool empty() const { return changes.empty() && effects.empty(); }
};

// One event being worked on: when it happens, and what has been decided so far.
struct Turn {
  Instant now;
  Decisions out;
};

}  // namespace musicfleet::dispatch
