#include "coordinator/backend/job_ids.h"

#include <gtest/gtest.h>

namespace musicfleet::backend {
namespace {

using std::chrono::milliseconds;

TEST(JobIds, RiseInTheOrderInWhichTheyAreGivenAlsoWithinAMillisecond) {
  JobIds ids;
  JobId before;
  for (int i = 0; i < 1000; ++i) {
    const JobId id = ids.next(WallTime(milliseconds(1'000 + i / 100)));
    EXPECT_LT(before, id);
    before = id;
  }
}

TEST(JobIds, OfTwoProcessesAreNotTheSame) {
  JobIds one, other;
  const WallTime now(milliseconds(1'000));
  EXPECT_NE(one.next(now), other.next(now));
}

TEST(JobIds, GoByTheClockAlsoWhereItIsSetBack) {
  JobIds ids;
  const JobId ahead = ids.next(WallTime(milliseconds(2'000)));
  EXPECT_LT(ids.next(WallTime(milliseconds(1'000))), ahead);
}

}  // namespace
}  // namespace musicfleet::backend
