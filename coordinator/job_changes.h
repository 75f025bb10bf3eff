// What dispatching wants written down: the border between the pure dispatch core, which decides, and the
// store, which commits all changes of one decision in one transaction. Plain data, any thread.
#pragma once

#include "coordinator/job.h"
#include "coordinator/ledger_entry.h"
#include "coordinator/purchase.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace musicfleet {

// How one lease ended.
enum class AttemptOutcome {
  kSucceeded,
  kFailed,     // the worker reported an error
  kExpired,    // its heartbeats stopped, or stopped naming the job
  kStalled,    // it beat, but made no step
  kForgotten,  // its hello did not name the job: the process is a new one
  kReturned,   // it never had the job, gave it back or left: does not count as an attempt
  kCancelled,
};

// "succeeded", "failed", "expired", "stalled", "forgotten", "returned", "cancelled".
std::string_view name_of(AttemptOutcome outcome);
std::optional<AttemptOutcome> attempt_outcome_of(std::string_view name);

// Everything of the job that can change after submission.
struct JobUpdated {
  Job job;
};

struct AttemptStarted {
  Lease lease;
  WorkerId worker;
  WallTime at{};
};

struct AttemptEnded {
  Lease lease;
  WallTime at{};
  AttemptOutcome outcome = AttemptOutcome::kFailed;
  std::optional<Error> error;
};

// A line of the job's append-only history.
struct HistoryEvent {
  JobId job;
  WallTime at{};
  std::string kind;         // "submitted", "leased", "attempt_ended", "retry", "dead", "requeued", …
  std::string detail_json;  // an object: the numbers behind the decision
};

struct WorkerSeen {
  WorkerId worker;
  WallTime at{};
};

// A purchase begins and ends in the transaction of the lease that it belongs to; so do a song's cost and
// sale.
using Change = std::variant<JobUpdated, AttemptStarted, AttemptEnded, HistoryEvent, WorkerSeen,
                            PurchaseIntent, PurchaseEnd, LedgerEntry>;

}  // namespace musicfleet
