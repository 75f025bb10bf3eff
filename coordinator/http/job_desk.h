// What operators ask about jobs beyond what every client may, as the routes need it. Implemented by
// coordinator/backend; tests implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"
#include "coordinator/job_changes.h"

namespace musicfleet::http {

// One lease of a job.
struct JobAttempt {
  Lease lease;
  WorkerId worker;
  WallTime started_at{};
  std::optional<WallTime> ended_at;  // unset while it runs
  std::optional<AttemptOutcome> outcome;
  std::optional<Error> error;
};

// Everything that was decided about a job, oldest first.
struct JobStory {
  Job job;
  std::vector<JobAttempt> attempts;
  std::vector<HistoryEvent> events;
};

class JobDesk {
 public:
  virtual ~JobDesk() = default;

  // kNotFound where there is no such job.
  virtual Awaitable<JobStory> story(JobId id) = 0;
  // Puts a failed job back into the queue: its attempts begin at 0, its epoch keeps rising. Committed, with
  // its record in the audit log, when it completes. kConflict for a job that has not failed or was erased.
  virtual Awaitable<Job> requeue(Operator by, JobId id) = 0;
};

}  // namespace musicfleet::http
