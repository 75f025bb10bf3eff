#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

TEST(Lease, IsRenewedByHeartbeatsThatNameTheJob) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("a");
  for (int i = 0; i < 10; ++i) {
    scene.pass(5s);
    scene.beat("w", {denoising(scene.lease(job), i, 20)});
  }
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
  EXPECT_EQ(scene.job(job).epoch, 1u);
}

TEST(Lease, OfAWorkerThatFallsSilentGoesToAnotherWithinASecondOfItsExpiry) {
  Scene scene;
  scene.hello("a");
  const JobId job = scene.submit("j");
  ASSERT_EQ(scene.job(job).worker, WorkerId{"a"});
  for (int i = 0; i < 2; ++i) {
    scene.pass(5s);
    scene.hello("b");
    scene.beat("a", {denoising(scene.lease(job))});
  }
  for (int i = 0; i < 14; ++i) {
    scene.pass(1s);
    scene.beat("b", {});
    EXPECT_EQ(scene.job(job).worker, WorkerId{"a"});
  }
  scene.pass(1s);
  scene.pass(1s);
  EXPECT_EQ(scene.job(job).worker, WorkerId{"b"});
  EXPECT_EQ(scene.job(job).epoch, 2u);
  EXPECT_EQ(scene.job(job).attempts, 2);
}

TEST(Lease, OfAJobThatTheWorkerForgotIsLostThoughItBeats) {
  Scene scene;
  scene.hello("w", 2);
  const JobId kept = scene.submit("kept"), forgotten = scene.submit("forgotten");
  const Lease first = scene.lease(forgotten);
  for (int i = 0; i < 3; ++i) {
    scene.pass(5s);
    scene.beat("w", {denoising(scene.lease(kept), i, 8)});
  }
  EXPECT_EQ(scene.job(kept).epoch, 1u);
  EXPECT_EQ(scene.job(forgotten).epoch, 2u);
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kExpired);
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").at(0).lease, first);
}

TEST(Lease, OfAHangingGpuIsLostThoughItsWorkerNamesTheJob) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("a");
  scene.beat("w", {denoising(scene.lease(job), 0)});
  // Steps of 20 s: silence is a hang after 60 s.
  for (int i = 1; i <= 12; ++i) {
    scene.pass(5s);
    scene.beat("w", {denoising(scene.lease(job), i / 4)});
  }
  for (int i = 0; i < 11; ++i) {
    scene.pass(5s);
    scene.beat("w", {denoising(scene.lease(job), 3)});
    ASSERT_EQ(scene.job(job).epoch, 1u) << i;
  }
  const Lease hung = scene.lease(job);
  scene.pass(5s);
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kStalled);
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").at(0).lease, hung);
}

TEST(Lease, OfAHungGpuLeavesItsSlotBusyUntilTheWorkerLetsGo) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("a");
  const Lease hung = scene.lease(job);
  for (int i = 0; i < 240; ++i) {
    scene.pass(5s);
    scene.beat("w", {RunningJob{hung, Stage::kDecoding, 0, 0}});
  }
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.beat("w", {});
  EXPECT_EQ(scene.lease(job), (Lease{job, 2}));
}

TEST(Lease, OfAJobThatWaitsForItsTurnOnABusyWorkerIsKept) {
  Scene scene;
  scene.hello("w", 2);
  const JobId first = scene.submit("first"), second = scene.submit("second");
  const auto beat = [&](int step) {
    scene.beat("w", {denoising(scene.lease(first), step, 1000),
                     RunningJob{scene.lease(second), Stage::kQueued, 0, 0}});
  };
  // Far longer than the patience for a stage without steps.
  for (int i = 0; i < 400; ++i) {
    scene.pass(5s);
    beat(i / 2);
  }
  EXPECT_EQ(scene.job(second).epoch, 1u);
  // Now nothing moves any more.
  for (int i = 0; i < 130; ++i) {
    scene.pass(5s);
    beat(199);
  }
  EXPECT_EQ(scene.attempts_ended.size(), 2u);
}

TEST(Lease, ThatAWorkerGivesBackCountsAsNoAttemptAndGoesToAnother) {
  Scene scene;
  scene.hello("a");
  const JobId job = scene.submit("j");
  scene.fail("a", scene.lease(job), ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued) << "whoever gives back takes nothing new";
  EXPECT_EQ(scene.job(job).attempts, 0);
  scene.hello("b");
  EXPECT_EQ(scene.job(job).worker, WorkerId{"b"});
  EXPECT_EQ(scene.job(job).attempts, 1);
}

TEST(Lease, ShortStepsDoNotMakeAShortSilenceAHang) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("a");
  scene.beat("w", {denoising(scene.lease(job), 1)});
  scene.pass(50ms);
  scene.beat("w", {denoising(scene.lease(job), 2)});
  scene.pass(14s);
  scene.beat("w", {denoising(scene.lease(job), 2)});
  scene.pass(14s);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
  EXPECT_EQ(scene.job(job).epoch, 1u);
}

TEST(Lease, IsHandedBackWhenTheConnectionBreaksBeforeTheAssignmentArrived) {
  Scene scene;
  scene.hello("a");
  const JobId job = scene.submit("j");
  scene.hello("b");
  scene.apply(WorkerGone{WorkerId{"a"}});
  EXPECT_EQ(scene.job(job).worker, WorkerId{"b"});
  EXPECT_EQ(scene.job(job).attempts, 1) << "an assignment that never arrived is no attempt";
  EXPECT_EQ(scene.job(job).epoch, 2u);
}

TEST(Lease, SurvivesABrokenConnectionOfAWorkerThatComesBack) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.beat("w", {denoising(scene.lease(job))});
  scene.apply(WorkerGone{WorkerId{"w"}});
  scene.pass(10s);
  scene.hello("w", 1, {denoising(scene.lease(job), 2)});
  scene.pass(10s);
  EXPECT_EQ(scene.job(job).epoch, 1u);
  EXPECT_TRUE(scene.dispatcher->is_current(scene.lease(job)));
}

TEST(Lease, OfAWorkerThatStartedAnewIsLostAtItsHello) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.beat("w", {denoising(scene.lease(job))});
  scene.hello("w");
  EXPECT_EQ(scene.job(job).epoch, 2u);
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kForgotten);
}

TEST(Lease, IsNotLostByAHelloThatCrossedTheAssignment) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.hello("w");
  EXPECT_EQ(scene.job(job).epoch, 1u);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

TEST(Lease, SurvivesAPauseOfTheCoordinator) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.beat("w", {denoising(scene.lease(job), 1)});
  scene.pass(4s);
  scene.pause(20min);
  EXPECT_EQ(scene.lease(job), (Lease{job, 1})) << "the heartbeats of that time are still to be read";
  EXPECT_EQ(scene.dispatcher->fleet().count(WorkerId{"w"}), 1u);
  scene.pass(10999ms);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased) << "what was left of the lease before the pause";
  scene.pass(1ms);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued) << "a worker that stays silent loses it all the same";
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kExpired);
}

TEST(Lease, AnIdleCoordinatorIsNotTakenForOneThatStoodStill) {
  Scene scene;
  scene.pass(1h);
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.pass(15s);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
}

TEST(Lease, APauseDoesNotMoveTheDeadlineOfAJob) {
  Scene scene;
  const JobId job = scene.submit("j", 0, {}, Milliseconds{1min});
  scene.pause(1min);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
}

TEST(Lease, OfARevokedWorkerIsLostAtOnce) {
  Scene scene;
  scene.hello("a");
  const JobId job = scene.submit("j");
  scene.beat("a", {denoising(scene.lease(job))});
  scene.hello("b");
  scene.apply(WorkerRevoked{WorkerId{"a"}});
  EXPECT_EQ(scene.job(job).worker, WorkerId{"b"});
}

TEST(Lease, OfAWorkerThatSaysGoodbyeGoesOnAtOnce) {
  Scene scene;
  scene.hello("a");
  const JobId job = scene.submit("j");
  scene.hello("b");
  scene.say("a", to_coordinator::Goodbye{});
  EXPECT_EQ(scene.job(job).worker, WorkerId{"b"});
  EXPECT_EQ(scene.dispatcher->fleet().count(WorkerId{"a"}), 0u);
}

TEST(Lease, ASilentWorkerGetsNoNewJobs) {
  Scene scene;
  scene.hello("w");
  scene.pass(16s);
  const JobId job = scene.submit("j");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
}

}  // namespace
}  // namespace musicfleet::dispatch
