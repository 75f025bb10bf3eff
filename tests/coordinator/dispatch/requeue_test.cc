#include "coordinator/dispatch/requeue.h"

#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

// A job whose three attempts have failed on workers w1, w2 and w3.
JobId dead_job(Scene& scene, std::optional<Milliseconds> deadline = {}) {
  const JobId job = scene.submit("j", 0, {}, deadline);
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const std::string worker = concat("w", attempt);
    scene.hello(worker);
    scene.fail(worker, scene.lease(job), ErrorCode::kInternal);
    scene.say(worker, to_coordinator::Goodbye{});
    scene.pass(10s);
  }
  return job;
}

// As an operator does: stored first, then told.
void put_back(Scene& scene, const JobId& job) {
  scene.apply(Requeued{scene.commit(new_life(scene.job(job), scene.now.wall))});
}

TEST(Dead, IsAJobWhoseAttemptsAreUsedUpAndItsHistorySaysWhy) {
  Scene scene;
  const JobId job = dead_job(scene);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_TRUE(scene.job(job).dead);
  EXPECT_EQ(scene.history.back().kind, "dead");
  EXPECT_EQ(scene.history.back().detail_json,
            R"({"attempts":3,"workers":3,"code":"internal","message":"gave up after 3 attempts: it broke"})");
}

TEST(Dead, IsNotAJobThatWasRefusedOrTooLate) {
  Scene scene;
  const JobId late = scene.submit("late", 0, {}, Milliseconds{1s});
  scene.pass(2s);
  EXPECT_FALSE(scene.job(late).dead);
  scene.hello("w");
  const JobId wrong = scene.submit("wrong");
  scene.fail("w", scene.lease(wrong), ErrorCode::kInvalidArgument);
  EXPECT_EQ(scene.job(wrong).state, JobState::kFailed);
  EXPECT_FALSE(scene.job(wrong).dead);
}

TEST(Requeue, GivesAllAttemptsAnewWhileTheEpochKeepsRising) {
  Scene scene;
  const JobId job = dead_job(scene);
  put_back(scene, job);
  const auto line = std::find_if(scene.history.begin(), scene.history.end(),
                                 [](const HistoryEvent& event) { return event.kind == "requeued"; });
  ASSERT_NE(line, scene.history.end());
  EXPECT_EQ(line->detail_json, R"({"attempts_before":3,"epoch":3,"code":"internal","deadline":"none"})");
  EXPECT_EQ(scene.published.back().job.state, JobState::kQueued);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.job(job).attempts, 0);
  EXPECT_FALSE(scene.job(job).dead);
  EXPECT_FALSE(scene.job(job).error.has_value());
  EXPECT_FALSE(scene.job(job).finished_at.has_value());
  EXPECT_EQ(scene.job(job).requeued_epoch, 3u);
  scene.hello("w1");
  EXPECT_EQ(scene.lease(job), (Lease{job, 4})) << "also on a worker on which it had failed";
  EXPECT_EQ(scene.job(job).attempts, 1);
  scene.upload(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kSucceeded);
}

TEST(Requeue, ForgetsTheWorkersOnWhichTheJobHadFailed) {
  Scene scene;
  const JobId job = dead_job(scene);
  scene.hello("w1");
  const JobId other = scene.submit("other");
  scene.hello("fresh");
  ASSERT_EQ(scene.job(other).worker, WorkerId{"w1"});
  scene.upload(scene.lease(other));
  const JobId blocker = scene.submit("blocker");
  const std::string free = scene.job(blocker).worker == WorkerId{"w1"} ? "fresh" : "w1";
  put_back(scene, job);
  EXPECT_EQ(scene.job(job).worker, WorkerId{free});
}

TEST(Requeue, KeepsADeadlineThatIsStillToComeAndDropsOneThatHasPassed) {
  Scene scene;
  const JobId job = dead_job(scene, 1min);
  put_back(scene, job);
  EXPECT_TRUE(scene.job(job).deadline.has_value());
  scene.pass(1min);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_EQ(scene.job(job).error->code, ErrorCode::kTimeout);
  put_back(scene, job);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_FALSE(scene.job(job).deadline.has_value());
}

TEST(Requeue, LeavesEveryJobAloneThatHasNotFailed) {
  Scene scene;
  scene.hello("w");
  const JobId leased = scene.submit("leased");
  const JobId queued = scene.submit("queued");
  scene.apply(Requeued{scene.job(leased)});
  scene.apply(Requeued{scene.job(queued)});
  scene.upload(scene.lease(leased));
  scene.apply(Requeued{scene.job(leased)});
  EXPECT_EQ(scene.job(leased).state, JobState::kSucceeded);
  EXPECT_EQ(scene.job(queued).state, JobState::kLeased);
  EXPECT_EQ(scene.dispatcher->live_jobs(), 1u);
}

TEST(Requeue, TwiceIsOnce) {
  Scene scene;
  const JobId job = dead_job(scene);
  put_back(scene, job);
  const Job queued = scene.job(job);
  scene.hello("w");
  scene.apply(Requeued{queued});
  EXPECT_EQ(scene.lease(job), (Lease{job, 4}));
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

}  // namespace
}  // namespace musicfleet::dispatch
