// The numbers that dispatching goes by; the configuration file sets them. Plain data.
#pragma once

#include "common/backoff.h"
#include "coordinator/dispatch/instant.h"
#include "coordinator/money.h"

#include <string>

namespace musicfleet::dispatch {

struct Settings {
  Milliseconds heartbeat{5'000};
  Milliseconds lease{15'000};

  // A step of priority counts as much as this wait.
  Milliseconds priority_step{120'000};
  // In which a worker's count of failures halves (failure_memory.h).
  Milliseconds failure_half_life{300'000};
  // Workers with older software get no jobs; empty: any gets some.
  std::string min_worker_version;

  int max_attempts = 3;
  Backoff retry;

  // A lease whose job has not moved is lost after three times its measured step time, but never before
  // `stall_minimum`; where no step time is known (conditioning, decoding, upload), after `stage_patience`.
  int stall_factor = 3;
  Milliseconds stall_minimum{30'000};
  Milliseconds stage_patience{600'000};

  // For the ledger: a month's rent of a GPU server, and what a delivered song is sold for.
  MicroDollars server_month{409'000'000};
  MicroDollars song_price{2'990'000};
};

}  // namespace musicfleet::dispatch
