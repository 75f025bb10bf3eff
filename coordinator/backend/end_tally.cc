#include "coordinator/backend/end_tally.h"

namespace musicfleet::backend {
namespace {

std::int64_t minute_of(WallTime time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

}  // namespace

void EndTally::add(const Job& job) {
  const WallTime at = job.finished_at.value_or(job.updated_at);
  const std::int64_t number = minute_of(at);
  if (number < 0) return;
  Minute& minute = minutes_[static_cast<std::size_t>(number % kMinutes)];
  if (minute.number < number) minute = {number, {}};
  if (minute.number == number)
    ++(job.state == JobState::kSucceeded ? minute.counts.succeeded
       : job.state == JobState::kFailed  ? minute.counts.failed
                                         : minute.counts.cancelled);
  if (job.state == JobState::kFailed && job.error) {
    failures_.push_front({job.id, job.worker, at, *job.error});
    if (failures_.size() > kFailuresKept) failures_.pop_back();
  }
  if (job.audio && job.audio->generate_time.count() > 0)
    speeds_[job.worker] = static_cast<double>(job.audio->duration.count()) /
                          static_cast<double>(job.audio->generate_time.count());
}

http::EndCounts EndTally::last(int minutes, WallTime now) const {
  const std::int64_t newest = minute_of(now);
  http::EndCounts sum{minutes};
  for (const Minute& minute : minutes_) {
    if (minute.number <= newest - minutes || minute.number > newest) continue;
    sum.succeeded += minute.counts.succeeded;
    sum.failed += minute.counts.failed;
    sum.cancelled += minute.counts.cancelled;
  }
  return sum;
}

}  // namespace musicfleet::backend
