// A job that is not over, as dispatching holds it in memory. Plain data.
#pragma once

#include "coordinator/dispatch/pace.h"
#include "coordinator/job.h"

#include <set>

namespace musicfleet::dispatch {

// What is known about a lease's arrival at its worker.
enum class Delivery {
  kSent,      // by this process
  kRestored,  // given by an earlier process, which may have ended before it was sent
  kNamed,     // the worker has named it
};

struct LiveJob {
  Job job;
  std::set<WorkerId> failed_on;         // workers on which an attempt has failed
  Delivery delivery = Delivery::kSent;  // of the current lease
  Pace pace;                            // of the current lease
};

}  // namespace musicfleet::dispatch
