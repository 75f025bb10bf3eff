// Draining: no new job for a worker that an operator has told so, whichever side restarts meanwhile.
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

void hello(Scene& scene, const std::string& worker, bool draining = false, int version = 2) {
  to_coordinator::Hello hello;
  hello.protocol_version = version;
  hello.min_protocol_version = 1;
  hello.models = {{"turbo", "ace_v15", "turbo"}};
  hello.slots = 2;
  hello.draining = draining;
  scene.say(worker, hello);
}

template <class Message>
std::size_t count(const Scene& scene, const std::string& worker) {
  return scene.sent<Message>(worker).size();
}

TEST(Drain, ADrainedWorkerGetsNoNewJobAndKeepsTheOneInHand) {
  Scene scene;
  hello(scene, "w");
  const JobId running = scene.submit("running");
  scene.beat("w", {denoising(scene.lease(running))});
  scene.apply(DrainOrdered{{"w"}, true});
  EXPECT_EQ(count<to_worker::Drain>(scene, "w"), 1u);
  const JobId waiting = scene.submit("waiting");
  // A heartbeat from before the order arrived does not undo it.
  scene.beat("w", {denoising(scene.lease(running), 3)}, false);
  EXPECT_EQ(scene.job(waiting).state, JobState::kQueued);
  scene.upload(scene.lease(running));
  EXPECT_EQ(scene.job(running).state, JobState::kSucceeded);
  scene.beat("w", {}, true);
  EXPECT_EQ(scene.job(waiting).state, JobState::kQueued);
  hello(scene, "other");
  EXPECT_EQ(scene.job(waiting).worker, WorkerId{"other"});
}

TEST(Drain, AResumedWorkerIsToldAndGetsJobsAgain) {
  Scene scene;
  hello(scene, "w");
  scene.apply(DrainOrdered{{"w"}, true});
  scene.beat("w", {}, true);
  const JobId job = scene.submit("j");
  scene.apply(DrainOrdered{{"w"}, false});
  EXPECT_EQ(count<to_worker::Resume>(scene, "w"), 1u);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);  // it still says that it takes none
  scene.beat("w", {}, false);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

TEST(Drain, TheOrderIsRepeatedAtEveryHello) {
  Scene scene;
  scene.apply(DrainOrdered{{"w"}, true});  // while it is away
  EXPECT_EQ(count<to_worker::Drain>(scene, "w"), 0u);
  const JobId job = scene.submit("j");
  hello(scene, "w");
  EXPECT_EQ(count<to_worker::Drain>(scene, "w"), 1u);
  hello(scene, "w");
  EXPECT_EQ(count<to_worker::Drain>(scene, "w"), 2u);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
}

TEST(Drain, ARestartedCoordinatorStillKnowsIt) {
  Scene scene;
  Restored restored;
  restored.drained = {{"w"}};
  scene.apply(std::move(restored));
  hello(scene, "w");
  EXPECT_EQ(count<to_worker::Drain>(scene, "w"), 1u);
  EXPECT_EQ(scene.job(scene.submit("j")).state, JobState::kQueued);
}

TEST(Drain, AWorkerThatWasResumedWhileItWasAwayIsToldAtItsHello) {
  Scene scene;
  hello(scene, "w", true);
  EXPECT_EQ(count<to_worker::Resume>(scene, "w"), 1u);
  EXPECT_EQ(scene.job(scene.submit("j")).state, JobState::kQueued);  // it may be leaving by itself
}

TEST(Drain, AWorkerOfProtocolOneIsDrainedWithoutAWordSoThatItCanBeResumed) {
  Scene scene;
  hello(scene, "old", false, 1);
  scene.apply(DrainOrdered{{"old"}, true});
  const JobId job = scene.submit("j");
  scene.beat("old", {}, false);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(count<to_worker::Drain>(scene, "old"), 0u);
  scene.apply(DrainOrdered{{"old"}, false});
  EXPECT_EQ(count<to_worker::Resume>(scene, "old"), 0u);
  EXPECT_EQ(scene.job(job).worker, WorkerId{"old"});
}

TEST(Drain, AnOldWorkerThatLeavesByItselfIsNotResumedByAnOperator) {
  Scene scene;
  hello(scene, "old", false, 1);
  scene.apply(DrainOrdered{{"old"}, true});
  scene.beat("old", {}, true);
  const JobId job = scene.submit("j");
  scene.apply(DrainOrdered{{"old"}, false});
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.beat("old", {}, false);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

TEST(Drain, WhatADrainedWorkerGivesBackCostsNoAttempt) {
  Scene scene;
  hello(scene, "w");
  const JobId job = scene.submit("j");
  scene.apply(DrainOrdered{{"w"}, true});
  scene.fail("w", scene.lease(job), ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.job(job).attempts, 0);
  hello(scene, "other");
  EXPECT_EQ(scene.job(job).worker, WorkerId{"other"});
}

TEST(Drain, AReturnedJobGoesToAnotherWorkerAndCostsNoAttempt) {
  Scene scene;
  hello(scene, "w");
  const JobId job = scene.submit("j");
  hello(scene, "other");
  const Lease first = scene.lease(job);
  scene.say("w", to_coordinator::Returned{first});
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
  EXPECT_EQ(scene.job(job).epoch, 2u);
  EXPECT_EQ(scene.job(job).attempts, 1);
  // Said twice, or of a lease that is over: nothing happens.
  scene.say("w", to_coordinator::Returned{first});
  EXPECT_EQ(scene.job(job).epoch, 2u);
}

}  // namespace
}  // namespace musicfleet::dispatch
