// What can happen to the dispatcher. Plain data.
#pragma once

#include "common/fleet_messages.h"
#include "coordinator/job.h"
#include "coordinator/tenant.h"

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
// workers may say hello.
struct Restored {
  std::vector<RestoredJob> jobs;
  std::set<WorkerId> drained;
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

// Only time has passed.
struct Tick {};

using Event = std::variant<Restored, Submitted, CancelRequested, WorkerSaid, WorkerGone, WorkerRevoked,
                           DrainOrdered, UploadVerified, SongRefused, Requeued, LimitsChanged, Tick>;

}  // namespace musicfleet::dispatch
