#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

// A job that `first` held under epoch 1 and `second` holds under epoch 2.
struct Moved {
  Moved() {
    scene.hello("first");
    job = scene.submit("j");
    old = scene.lease(job);
    scene.beat("first", {denoising(old)});
    scene.pass(10s);
    scene.hello("second");
    scene.pass(6s);
    scene.forget_sent();
  }
  Scene scene;
  JobId job;
  Lease old;
};

TEST(Result, OfTheCurrentLeaseGetsATicketThenCounts) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.song_ready("w", scene.lease(job));
  ASSERT_EQ(scene.tickets.size(), 1u);
  EXPECT_EQ(scene.tickets[0].song.lease, scene.lease(job));
  scene.upload(scene.lease(job), "songs/j");
  EXPECT_EQ(scene.job(job).state, JobState::kSucceeded);
  EXPECT_EQ(scene.job(job).audio->object, "songs/j");
  EXPECT_EQ(scene.job(job).finished_at, scene.now.wall);
  EXPECT_EQ(scene.sent<to_worker::Accepted>("w").size(), 1u);
  EXPECT_EQ(scene.dispatcher->find(job), nullptr);
  scene.say("w", to_coordinator::Uploaded{{job, 1}});
  EXPECT_TRUE(scene.sent<to_worker::Cancel>("w").empty());
}

TEST(Result, FreesTheSlotForTheNextJob) {
  Scene scene;
  scene.hello("w");
  const JobId first = scene.submit("a"), second = scene.submit("b");
  scene.upload(scene.lease(first));
  EXPECT_EQ(scene.job(second).state, JobState::kLeased);
}

TEST(Result, OfALostLeaseIsAnsweredWithCancelAndChangesNothing) {
  Moved moved;
  ASSERT_EQ(moved.scene.job(moved.job).worker, WorkerId{"second"});
  const std::size_t lines = moved.scene.history.size();
  moved.scene.song_ready("first", moved.old);
  EXPECT_TRUE(moved.scene.tickets.empty());
  EXPECT_EQ(moved.scene.sent<to_worker::Cancel>("first").at(0).lease, moved.old);
  moved.scene.say("first", to_coordinator::Uploaded{moved.old});
  EXPECT_EQ(moved.scene.sent<to_worker::Cancel>("first").size(), 2u);
  moved.scene.fail("first", moved.old, ErrorCode::kInternal);
  moved.scene.upload(moved.old, "late");
  ASSERT_EQ(moved.scene.discarded.size(), 1u);
  EXPECT_EQ(moved.scene.discarded[0].object, "late");
  EXPECT_EQ(moved.scene.history.size(), lines);
  EXPECT_TRUE(moved.scene.dispatcher->is_current({moved.job, 2}));
}

TEST(Result, OfAnotherWorkerDoesNotCountEvenWithTheRightEpoch) {
  Moved moved;
  moved.scene.song_ready("first", {moved.job, 2});
  EXPECT_TRUE(moved.scene.tickets.empty());
  moved.scene.fail("first", {moved.job, 2}, ErrorCode::kInvalidArgument);
  EXPECT_EQ(moved.scene.job(moved.job).state, JobState::kLeased);
}

TEST(Result, OfALeaseThatExpiredWhileNobodyElseTookTheJobIsLateToo) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.pass(16s);
  ASSERT_EQ(scene.job(job).state, JobState::kQueued);
  scene.song_ready("w", scene.lease(job));
  EXPECT_TRUE(scene.tickets.empty());
}

TEST(Result, WhoseAcceptedGotLostIsAcceptedAgainForTheWorkerThatMadeItOnly) {
  Scene scene;
  scene.hello("w");
  scene.hello("other");
  const JobId job = scene.submit("j");
  const Lease lease = scene.lease(job);
  const std::string maker = scene.job(job).worker.value, stranger = maker == "w" ? "other" : "w";
  scene.upload(lease);
  scene.forget_sent();
  scene.song_ready(maker, lease);
  scene.beat(maker, {denoising(lease)});
  EXPECT_EQ(scene.sent<to_worker::Accepted>(maker).size(), 2u);
  EXPECT_TRUE(scene.sent<to_worker::Cancel>(maker).empty());
  scene.song_ready(stranger, lease);
  EXPECT_EQ(scene.sent<to_worker::Cancel>(stranger).size(), 1u);
  EXPECT_TRUE(scene.tickets.empty());
}

TEST(PublishedLeases, ForgetsTheOldestFirst) {
  PublishedLeases published;
  const WorkerId worker{"w"};
  for (std::size_t i = 0; i <= PublishedLeases::kRemembered; ++i)
    published.add(worker, {{concat("job_", i)}, 1});
  EXPECT_FALSE(published.contains(worker, {{"job_0"}, 1}));
  EXPECT_TRUE(published.contains(worker, {{"job_1"}, 1}));
  EXPECT_FALSE(published.contains(worker, {{"job_1"}, 2}));
}

TEST(Result, IsPublishedOnce) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  const Lease lease = scene.lease(job);
  scene.upload(lease, "first");
  scene.upload(lease, "second");
  EXPECT_EQ(scene.job(job).audio->object, "first");
  EXPECT_EQ(scene.discarded.at(0).object, "second");
}

}  // namespace
}  // namespace musicfleet::dispatch
