#include "coordinator/backend/end_tally.h"

#include <gtest/gtest.h>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 50) + 30s};

Job ended(JobState state, WallTime at) {
  Job job;
  job.id = JobId{"job_a"};
  job.worker = WorkerId{"gpu-1"};
  job.state = state;
  job.finished_at = at;
  if (state == JobState::kFailed) job.error = Error{ErrorCode::kInternal, "broke"};
  return job;
}

TEST(EndTallyTest, CountsEachEndInItsWindowsAndForgetsItAfterwards) {
  EndTally tally;
  tally.add(ended(JobState::kSucceeded, kNow));
  tally.add(ended(JobState::kFailed, kNow - 2min));
  tally.add(ended(JobState::kCancelled, kNow - 2min));
  EXPECT_EQ(tally.last(1, kNow).succeeded, 1u);
  EXPECT_EQ(tally.last(1, kNow).failed, 0u);
  EXPECT_EQ(tally.last(5, kNow).failed, 1u);
  EXPECT_EQ(tally.last(5, kNow).cancelled, 1u);
  EXPECT_EQ(tally.last(5, kNow + 4min).succeeded, 1u);
  EXPECT_EQ(tally.last(5, kNow + 4min).failed, 0u);
  EXPECT_EQ(tally.last(15, kNow + 1h).succeeded, 0u);
}

TEST(EndTallyTest, AMinuteThatComesRoundBeginsAtNothing) {
  EndTally tally;
  tally.add(ended(JobState::kSucceeded, kNow));
  tally.add(ended(JobState::kSucceeded, kNow + 15min));
  EXPECT_EQ(tally.last(15, kNow + 15min).succeeded, 1u);
  tally.add(ended(JobState::kSucceeded, kNow));  // too old to count
  EXPECT_EQ(tally.last(15, kNow + 15min).succeeded, 1u);
}

TEST(EndTallyTest, KeepsTheLastFailuresNewestFirstAndNoMore) {
  EndTally tally;
  for (int i = 0; i < 100; ++i) {
    Job job = ended(JobState::kFailed, kNow);
    job.id = JobId{concat("job_", i)};
    tally.add(job);
  }
  EXPECT_EQ(tally.failures().size(), EndTally::kFailuresKept);
  EXPECT_EQ(tally.failures().front().job, JobId{"job_99"});
}

TEST(EndTallyTest, ASongTellsHowFastItsWorkerIs) {
  EndTally tally;
  Job job = ended(JobState::kSucceeded, kNow);
  job.audio.emplace();
  job.audio->duration = 30s;
  job.audio->generate_time = 2s;
  tally.add(job);
  EXPECT_DOUBLE_EQ(tally.speeds().at(WorkerId{"gpu-1"}), 15.0);
}

}  // namespace
}  // namespace musicfleet::backend
