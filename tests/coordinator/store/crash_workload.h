// A coordinator's day in some fifty commits: submissions with idempotency keys, leases, results, failures,
// cancellations, keys and workers. The same every time, so that a database can be compared with what it was
// after each commit.
#pragma once

#include "coordinator/store/store_thread.h"

#include <functional>
#include <vector>

namespace musicfleet::store {

using Step = std::function<Result<>(Writer&)>;

// Each step is one commit.
std::vector<Step> crash_workload();

}  // namespace musicfleet::store
