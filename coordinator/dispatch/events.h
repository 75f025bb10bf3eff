// What can happen to the dispatcher. Plain data.
#pragma once

#include "common/fleet_messages.h"
#include "coordinator/dispatch/instant.h"
#include "coordinator/job.h"
#include "coordinator/purchase.h"
#include "coordinator/tenant.h"

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace musicfleet::dispatch {

// A job that the store holds in a state that is not final.
struct RestoredJob {
  Job job;
  std::set<WorkerId> failed_on;  // workers on which an attempt has failed
};

// First event of a process but for LimitsChanged: leased jobs get a fresh lease period, in which their
// workers may say hello. A job whose song was being bought loses that lease: what became of the purchase is
// unknown, and the store has written so before.
struct Restored {
  std::vector<RestoredJob> jobs;
  std::set<WorkerId> drained;
  std::set<Lease> unknown_purchases = {};  // of which nobody knows whether they were paid for
  std::vector<Spending> spending = {};     // that counts in budgets: of the last month and this one
};

// A new job, whose row is committed.
struct Submitted {
  Job job;
};

struct CancelRequested {
  JobId job;
};

struct WorkerSaid {
  WorkerId worker;
  to_coordinator::Message message;
};

// The connection is dead. The worker may come back and keep what it is known to hold.
struct WorkerGone {
  WorkerId worker;
};

// The worker's key is no longer valid: it loses everything at once.
struct WorkerRevoked {
  WorkerId worker;
};

// An operator wants the worker to take no new job (committed already), or to take jobs again.
struct DrainOrdered {
  WorkerId worker;
  bool drain = true;
};

// The song of this lease lies in the audio store, its size and hash verified.
struct UploadVerified {
  Lease lease;
  JobAudio audio;
  std::vector<std::string> warnings;
};

// What was uploaded for this lease was not what its worker had announced, too often: its worker failed.
struct SongRefused {
  Lease lease;
  Error why;
};

// An operator has put a failed job back, and its new life (dispatch/requeue.h) is committed. A job that is
// live already stays as it is.
struct Requeued {
  Job job;
};

// What the tenant may have from now on; before the first such event it has no limits and the weight 1.
struct LimitsChanged {
  TenantId tenant;
  TenantLimits limits;
};

// How the provider that takes money stands; before the first such event it sells nothing.
struct VendorStands {
  bool enabled = false;  // by the operator
  std::string resting;   // it is not to be asked for now: breaker open, no key, queue full; empty: it is
  std::optional<Milliseconds> again;  // from now, when that may be over
  Milliseconds predicted{0};          // from an order until its song would be here
};

// A purchase that was ordered by BuySong has ended. One for delivery is bought with its audio, which lies in
// the audio store; a shadow's object is named in `end`.
struct PurchaseEnded {
  PurchaseEnd end;
  std::optional<JobAudio> audio;
  std::vector<std::string> warnings;
  Error why;                // where it is not bought or unknown
  bool job_cannot = false;  // not bought: the provider never makes this song
};

// An operator has found out what became of a purchase with an unknown outcome (committed already).
struct PurchaseSettled {
  Lease lease;
  std::optional<PurchaseIntent> not_paid = {};  // its price may be spent again
};

// Only time has passed.
struct Tick {};

using Event = std::variant<Restored, Submitted, CancelRequested, WorkerSaid, WorkerGone, WorkerRevoked,
                           DrainOrdered, UploadVerified, SongRefused, Requeued, LimitsChanged, VendorStands,
                           PurchaseEnded, PurchaseSettled, Tick>;

}  // namespace musicfleet::dispatch
