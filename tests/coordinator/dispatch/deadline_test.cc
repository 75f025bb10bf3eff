// A job that can no longer be in time ends with its reason at its deadline, wherever it waits; a song that
// has begun is finished.
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

RunningJob waiting(const Lease& lease) { return {lease, Stage::kQueued, 0, 0}; }

TEST(Deadline, PassedWhileQueuedFailsTheJob) {
  Scene scene;
  const JobId job = scene.submit("j", 0, {}, Milliseconds{3s});
  scene.pass(2999ms);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.pass(1ms);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_EQ(scene.job(job).error->code, ErrorCode::kTimeout);
}

TEST(Deadline, PassedWhileASongIsMadeLetsTheWorkerFinishButNotTryAgain) {
  Scene scene;
  scene.hello("w", 2);
  const JobId lucky = scene.submit("lucky", 0, {}, Milliseconds{3s});
  const JobId unlucky = scene.submit("unlucky", 0, {}, Milliseconds{3s});
  scene.beat("w", {denoising(scene.lease(lucky)), denoising(scene.lease(unlucky))});
  scene.pass(4s);
  EXPECT_EQ(scene.history.back().kind, "deadline_passed");
  scene.upload(scene.lease(lucky));
  EXPECT_EQ(scene.job(lucky).state, JobState::kSucceeded);
  scene.fail("w", scene.lease(unlucky), ErrorCode::kInternal);
  EXPECT_EQ(scene.job(unlucky).state, JobState::kFailed);
  EXPECT_EQ(scene.job(unlucky).error->code, ErrorCode::kTimeout);
}

TEST(Deadline, PassedInHandEndsTheJobAndItsWorkerIsToldToLetGo) {
  Scene scene;
  scene.hello("w", 2);
  const JobId running = scene.submit("running");
  const JobId hand = scene.submit("hand", 0, {}, Milliseconds{3s});
  const Lease lease = scene.lease(hand);
  scene.beat("w", {denoising(scene.lease(running)), waiting(lease)});
  scene.pass(2999ms);
  EXPECT_EQ(scene.job(hand).state, JobState::kLeased);
  scene.pass(1ms);
  EXPECT_EQ(scene.job(hand).state, JobState::kFailed);
  EXPECT_EQ(scene.job(hand).error->code, ErrorCode::kTimeout);
  EXPECT_EQ(scene.job(hand).error->message, "its deadline passed while it waited for its turn on worker w");
  EXPECT_FALSE(scene.job(hand).dead);
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kReturned);
  ASSERT_EQ(scene.sent<to_worker::Cancel>("w").size(), 1u);
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").at(0).lease, lease);
  // Its slot is free when the worker has let go, and its song would not count.
  const JobId next = scene.submit("next");
  EXPECT_EQ(scene.job(next).state, JobState::kQueued);
  EXPECT_FALSE(scene.dispatcher->is_current(lease));
  scene.fail("w", lease, ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(next).state, JobState::kLeased);
}

TEST(Deadline, PassedBeforeItsWorkerHasNamedTheJobEndsItToo) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j", 0, {}, Milliseconds{3s});
  scene.pass(3s);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
}

TEST(Deadline, PassedWhileTheCoordinatorWasAwayIsOnlyHeldAgainstAJobThatHasNotBegun) {
  Scene scene;
  scene.hello("w", 2);
  const JobId running = scene.submit("running", 0, {}, Milliseconds{3s});
  const JobId hand = scene.submit("hand", 0, {}, Milliseconds{3s});
  scene.restart(5s);
  EXPECT_EQ(scene.job(hand).state, JobState::kLeased) << "nothing is known of either yet";
  scene.hello("w", 2, {denoising(scene.lease(running)), waiting(scene.lease(hand))});
  EXPECT_EQ(scene.job(running).state, JobState::kLeased);
  EXPECT_EQ(scene.job(hand).state, JobState::kFailed);
}

TEST(Deadline, OfAJobThatIsGivenBackAfterItEndsItAtOnce) {
  Scene scene;
  scene.hello("w", 2);
  const JobId job = scene.submit("j", 0, {}, Milliseconds{3s});
  scene.beat("w", {denoising(scene.lease(job))});
  scene.pass(4s);
  scene.fail("w", scene.lease(job), ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
}

}  // namespace
}  // namespace musicfleet::dispatch
