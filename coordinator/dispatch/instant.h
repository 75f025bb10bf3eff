// The moment at which something happens, passed into the dispatch core, which has no clock of its own. Leases
// and waits count on the steady clock; what is stored or shown is wall time.
#pragma once

#include "coordinator/job.h"

#include <chrono>

namespace musicfleet::dispatch {

using Milliseconds = std::chrono::milliseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Milliseconds>;

struct Instant {
  SteadyTime steady{};
  WallTime wall{};

  // The wall time that belongs to another point of the steady clock, and the reverse.
  WallTime wall_at(SteadyTime time) const { return wall + (time - steady); }
  SteadyTime steady_at(WallTime time) const { return steady + (time - wall); }
};

}  // namespace musicfleet::dispatch
