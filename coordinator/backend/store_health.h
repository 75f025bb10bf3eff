// How the database is: what housekeeping measured last, for metrics and readiness. Plain data of the loop
// thread.
#pragma once

#include "coordinator/job.h"

namespace musicfleet::backend {

struct StoreHealth {
  std::uint64_t wal_bytes = 0;
  bool sound = true;                   // by the last look through the database
  std::optional<WallTime> checked_at;  // unset before the first
};

}  // namespace musicfleet::backend
