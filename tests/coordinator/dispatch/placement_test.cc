#include "coordinator/dispatch/placement.h"

#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

FleetMember member(const std::string& name, int slots = 1) {
  FleetMember worker;
  worker.name = WorkerId{name};
  worker.slots = slots;
  worker.models = {{"turbo", "ace_v15", "turbo"}};
  return worker;
}

TEST(Placement, PrefersAWorkerOnWhichTheJobHasNotFailedThenTheEmptierOne) {
  const FleetMember a = member("a", 4), b = member("b", 4);
  LiveJob live;
  EXPECT_EQ(choose(live, {{&a, 0}, {&b, 0}}), 0u);
  EXPECT_EQ(choose(live, {{&a, 2}, {&b, 1}}), 1u);
  live.failed_on = {WorkerId{"b"}};
  EXPECT_EQ(choose(live, {{&a, 3}, {&b, 0}}), 0u);
  EXPECT_EQ(choose(live, {{&a, 4}, {&b, 4}}), std::nullopt);
}

TEST(Placement, AJobWaitsForABusyWorkerRatherThanGoBackToOneOnWhichItFailed) {
  FleetMember a = member("a"), b = member("b");
  LiveJob live;
  live.failed_on = {WorkerId{"b"}};
  EXPECT_EQ(choose(live, {{&a, 1}, {&b, 0}}), std::nullopt);
  EXPECT_EQ(choose(live, {{&b, 0}}), 0u) << "better the same worker than none";
  a.strays = {Lease{JobId{"hung"}, 1}};
  EXPECT_EQ(choose(live, {{&a, 1}, {&b, 0}}), 1u) << "a hung worker is not waited for";
  a.strays.clear();
  a.draining = true;
  EXPECT_EQ(choose(live, {{&a, 1}, {&b, 0}}), 1u) << "nor one that drains";
  a.draining = false;
  a.models.clear();
  EXPECT_EQ(choose(live, {{&a, 1}, {&b, 0}}), 1u) << "nor one without the model";
  live.failed_on.insert(WorkerId{"a"});
  EXPECT_EQ(choose(live, {{&a, 0}, {&b, 0}}), 1u);
}

TEST(Placement, HigherPriorityGoesFirstThenTheOlderJob) {
  Scene scene;
  const JobId old = scene.submit("old");
  scene.pass(Milliseconds{10});
  const JobId young = scene.submit("young");
  const JobId urgent = scene.submit("urgent", 5);
  scene.hello("w", 2);
  EXPECT_EQ(scene.job(urgent).state, JobState::kLeased);
  EXPECT_EQ(scene.job(old).state, JobState::kLeased);
  EXPECT_EQ(scene.job(young).state, JobState::kQueued);
}

TEST(Placement, AJobThatNoWorkerCanTakeDoesNotHoldUpTheOthers) {
  Scene scene;
  const JobId other_model = scene.submit("xl", 10, "xl");
  const JobId plain = scene.submit("plain");
  scene.hello("w");
  EXPECT_EQ(scene.job(other_model).state, JobState::kQueued);
  EXPECT_EQ(scene.job(plain).state, JobState::kLeased);
}

TEST(Placement, ADrainingWorkerGetsNothingNew) {
  Scene scene;
  scene.hello("w");
  scene.beat("w", {}, true);
  const JobId job = scene.submit("a");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.beat("w", {}, false);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

TEST(Placement, AWorkerTakesAsManyJobsAsItHasSlots) {
  Scene scene;
  scene.hello("w", 2);
  scene.submit("a");
  scene.submit("b");
  const JobId third = scene.submit("c");
  EXPECT_EQ(scene.sent<to_worker::Assign>("w").size(), 2u);
  EXPECT_EQ(scene.job(third).state, JobState::kQueued);
}

TEST(Placement, WhatAWorkerStillRunsWithoutALeaseKeepsItsSlotBusy) {
  Scene scene;
  scene.hello("w", 1, {denoising({JobId{"unknown"}, 3})});
  ASSERT_EQ(scene.sent<to_worker::Cancel>("w").size(), 1u);
  const JobId job = scene.submit("a");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.fail("w", {JobId{"unknown"}, 3}, ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

TEST(Placement, AnUnknownWorkerIsAskedToSayHello) {
  Scene scene;
  scene.beat("w", {});
  EXPECT_EQ(scene.sent<to_worker::Again>("w").size(), 1u);
  EXPECT_TRUE(scene.dispatcher->fleet().empty());
}

TEST(Placement, TheWelcomeNamesTheVersionThatTheFleetServerAgreedOn) {
  Scene scene;
  to_coordinator::Hello hello;
  hello.protocol_version = 7;
  scene.say("w", hello);
  EXPECT_EQ(scene.sent<to_worker::Welcome>("w").at(0).protocol_version, 7);
}

}  // namespace
}  // namespace musicfleet::dispatch
