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
  std::string lease_model;              // the worker's model that makes it, of the current lease
  bool ran_out_of_memory = false;       // the last attempt that failed did
  std::string waiting_for;              // the reason that its history last gave for its wait
};

}  // namespace musicfleet::dispatch
