// What the workers' past says about them. Plain data, one thread.
#pragma once

#include "coordinator/dispatch/failure_memory.h"
#include "coordinator/dispatch/worker_speed.h"

namespace musicfleet::dispatch {

struct Experience {
  WorkerSpeed speed;
  FailureMemory failures;
};

}  // namespace musicfleet::dispatch
