// What becomes of a failed job that an operator puts back into the queue: all attempts anew, while its epoch
// keeps rising. Whoever orders it stores both parts in one transaction, and then tells the dispatcher by
// Requeued. Pure, any thread.
#pragma once

#include "coordinator/job_changes.h"

namespace musicfleet::dispatch {

struct NewLife {
  Job job;            // queued; a deadline that has passed is dropped
  HistoryEvent line;  // "requeued", with what was before
};

// `failed` is a job that has failed.
NewLife new_life(Job failed, WallTime now);

}  // namespace musicfleet::dispatch
