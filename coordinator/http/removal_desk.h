// What operators let go of before its time: jobs, and what a tenant has written and heard, as the routes need
// it. Implemented by coordinator/backend; tests implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

struct PurgeOrder {
  std::vector<JobId> jobs = {};  // exactly these; empty: those that what follows admits
  std::optional<TenantId> tenant = {};
  std::optional<JobState> state = {};  // that they ended in
  std::chrono::seconds older_than{0};  // since they ended
  bool dry_run = false;                // only count
};

// Of jobs that are over; the others stay as they are.
struct Removed {
  int jobs = 0;    // removed, or erased
  int songs = 0;   // jobs of these whose song goes
  int events = 0;  // lines of history
  int attempts = 0;
  int live = 0;  // jobs that were asked for and are not over
};

class RemovalDesk {
 public:
  virtual ~RemovalDesk() = default;

  // Each order is in the audit log before anything goes, what came of it is there afterwards. Completes when
  // the files are gone as well; a coordinator that ends before finishes with the files after its start, and
  // leaves the jobs that it had not come to.
  //
  // Jobs with everything of them.
  virtual Awaitable<Removed> purge(Operator by, PurgeOrder order) = 0;
  // Prompts, lyrics, titles, metadata and songs of a tenant's jobs; times, states and attempts stay for the
  // books. kNotFound for a tenant that does not exist.
  virtual Awaitable<Removed> erase(Operator by, TenantId tenant, bool dry_run) = 0;
};

}  // namespace musicfleet::http
