#include "coordinator/dispatch/requeue.h"

#include "coordinator/dispatch/history.h"
#include "coordinator/dispatch/planted_bug.h"

namespace musicfleet::dispatch {

NewLife new_life(Job failed, WallTime now) {
  NewLife life{std::move(failed), {}};
  Job& job = life.job;
  const bool too_late = job.deadline && *job.deadline <= now;
  life.line = history(job.id, Instant{{}, now}, "requeued",
                      {{"attempts_before", std::int64_t{job.attempts}},
                       {"epoch", std::int64_t{job.epoch}},
                       {"code", job.error ? std::string(name_of(job.error->code)) : std::string()},
                       {"deadline", std::string(!job.deadline ? "none"
                                                : too_late    ? "passed, dropped"
                                                              : "kept")}});
  job.state = JobState::kQueued;
  job.updated_at = now;
  if (too_late) job.deadline.reset();
  if (!planted(Bug::kRequeueSpentAttempts)) job.attempts = 0;
  if (planted(Bug::kRequeueFromEpochZero)) job.epoch = 0;
  job.requeued_epoch = job.epoch;
  job.dead = job.cancel_requested = false;
  job.error.reset();
  job.finished_at.reset();
  job.progress = {};
  return life;
}

}  // namespace musicfleet::dispatch
