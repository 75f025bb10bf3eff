// Marks the places where the simulation plants a bug, to prove that it would be found (docs/simulation.md).
// In every program that is shipped `planted` is a constant false and the marks compile to nothing; only the
// tests compile these sources a second time, with MUSICFLEET_PLANTED_BUGS.
#pragma once

namespace musicfleet::dispatch {

enum class Bug {
  kSkipEpochOnUpload,     // an upload counts for whatever lease is current
  kRenewUnnamed,          // a heartbeat renews every lease of its worker
  kForgetRetry,           // a job whose attempt failed is not put back into the queue
  kGrantToDraining,       // a worker that takes no new job is given one
  kReuseEpoch,            // a second lease has the epoch of the first
  kIgnoreCancel,          // a result that arrives after its job was cancelled counts
  kLoseLeasedAtRestart,   // a job that was leased when the coordinator ended is not restored
  kKeepSilentLease,       // a lease whose time is over stays with its worker
  kRetryInvalidInput,     // invalid input is tried again
  kTakeLeaseOnReconnect,  // a broken connection ends the leases that its worker still works on
  kForgetStrays,          // a lease that was lost takes no slot of the worker that still works on it
  kIgnoreHang,            // a worker that beats but makes no step keeps its lease
  kRetryForEver,          // attempts are not counted
  kAnyLeaseIsOurs,        // a worker is believed whatever epoch it names
  kIgnoreDeadline,        // a queued job outlives its deadline
  kIgnoreRunningLimit,    // a tenant has more jobs running than it may
  kMiscountQueue,         // jobs that come back from a worker's hands count for nothing in the tenant's queue
  kForgetDrainOrder,      // a restart forgets which workers are to take no new job
  kDrainForEver,          // a worker that may take jobs again gets none
  kPriorityForEver,       // a higher priority goes first, however long others wait
  kIgnoreFailures,        // a worker that fails again and again gets the next job all the same
  kRestForEver,           // a worker that was left alone for its failures stays alone
  kBackToWhereItFailed,   // a job goes back to a worker on which it failed beside others that could take it
  kIgnoreMemory,          // a worker is given a song that does not fit its memory
  kRequeueFromEpochZero,  // a job that an operator puts back begins with epoch 1 again
  kRequeueSpentAttempts,  // a job that an operator puts back has its old attempts against it
  kForgetTheDead,         // a job that was given up is not marked for the operator
  kForgetUnknown,         // a purchase with an unknown outcome does not keep its job from being bought again
  kGiveBackUnknown,       // a purchase with an unknown outcome takes nothing from the budget
  kForgetSpending,        // a restart forgets what was spent
  kIgnoreBudget,          // songs are bought whatever the budget
  kSellShadows,           // a song that is bought to be compared is sold as well
  kForgetBoughtLease,     // a restart leaves a job with the provider that no longer knows of it
  // In the parts that the simulation models.
  kBuyBeforeCommit,       // a song is ordered before the commit of its intent
  kEffectsBeforeCommit,   // messages leave before the commit that records them
  kForgetIdempotencyKey,  // a repeated submission makes a second job
  kForgetAdmissions,      // submissions that come together pass the tenant's limit together
};

#ifdef MUSICFLEET_PLANTED_BUGS
bool planted(Bug bug);
#else
constexpr bool planted(Bug) { return false; }
#endif

}  // namespace musicfleet::dispatch
