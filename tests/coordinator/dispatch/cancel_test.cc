#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

TEST(Cancel, EndsAQueuedJobAtOnce) {
  Scene scene;
  const JobId job = scene.submit("j");
  scene.apply(CancelRequested{job});
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
  EXPECT_TRUE(scene.job(job).finished_at.has_value());
  scene.hello("w");
  EXPECT_TRUE(scene.sent<to_worker::Assign>("w").empty());
}

TEST(Cancel, MarksALeasedJobWhichEndsWhenItsOwnerConfirms) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.apply(CancelRequested{job});
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
  EXPECT_TRUE(scene.job(job).cancel_requested);
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").at(0).lease, scene.lease(job));
  scene.fail("w", scene.lease(job), ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kCancelled);
}

TEST(Cancel, OfALeasedJobEndsAtLeaseExpiryThoughItsOwnerGoesOn) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.apply(CancelRequested{job});
  for (int i = 0; i < 3; ++i) {
    scene.pass(5s);
    scene.beat("w", {denoising(scene.lease(job), i)});
  }
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
}

TEST(Cancel, WinsOverAResultAndOverARetry) {
  Scene scene;
  scene.hello("w", 2);
  const JobId done = scene.submit("done"), broken = scene.submit("broken");
  scene.apply(CancelRequested{done});
  scene.apply(CancelRequested{broken});
  scene.song_ready("w", scene.lease(done));
  EXPECT_TRUE(scene.tickets.empty());
  scene.upload(scene.lease(done));
  EXPECT_EQ(scene.discarded.size(), 1u);
  scene.fail("w", scene.lease(broken), ErrorCode::kInternal);
  EXPECT_EQ(scene.job(broken).state, JobState::kCancelled);
}

TEST(Cancel, AskedForTwiceIsWrittenOnce) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.apply(CancelRequested{job});
  const auto lines = scene.history.size();
  scene.apply(CancelRequested{job});
  EXPECT_EQ(scene.history.size(), lines);
}

TEST(Cancel, EndsAJobThatRestsBetweenAttempts) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.fail("w", scene.lease(job), ErrorCode::kInternal);
  ASSERT_EQ(scene.job(job).state, JobState::kQueued);
  scene.apply(CancelRequested{job});
  scene.pass(2min);
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
}

}  // namespace
}  // namespace musicfleet::dispatch
