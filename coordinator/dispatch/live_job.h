// A job that is not over, as dispatching holds it in memory. Plain data.
#pragma once

#include "coordinator/dispatch/pace.h"
#include "coordinator/job.h"

#include <set>

namespace musicfleet::dispatch {

struct LiveJob {
  Job job;
  std::set<WorkerId> failed_on;  // workers on which an attempt has failed
  bool confirmed = false;        // the owner has named the current lease: the assignment has arrived
  Pace pace;                     // of the current lease
};

}  // namespace musicfleet::dispatch
