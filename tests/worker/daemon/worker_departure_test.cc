// How a worker stops: what SIGTERM and an operator's drain come down to.
#include "tests/support/daemon_bench.h"

#include <gmock/gmock.h>

#include <future>

namespace musicfleet::daemon {
namespace {

class WorkerDepartureTest : public testing::DaemonBench {
 protected:
  void expect_goodbye() {
    EXPECT_TRUE(until([&] { return heard_.count<to_coordinator::Goodbye>(kName) == 1 && ended_; }));
    EXPECT_TRUE(ended_->has_value());
  }

  // A daemon that is one step into its first job.
  Lease begin_song(const std::string& prompt) {
    start_daemon();
    welcome_daemon();
    const Lease lease = assign("job_1", prompt);
    EXPECT_TRUE(
        hear_heartbeat([](const auto& beat) { return !beat.running.empty() && beat.running[0].step == 1; }));
    return lease;
  }
};

TEST_F(WorkerDepartureTest, AnIdleWorkerSaysGoodbyeAtOnce) {
  start_daemon();
  welcome_daemon();
  send(to_worker::Cancel{{{"job_0"}, 1}});  // the welcome has arrived once this has
  ASSERT_TRUE(hear_heartbeat([](const auto&) { return true; }));
  daemon_->leave();
  expect_goodbye();
}

TEST_F(WorkerDepartureTest, TheSongInHandIsFinishedAndUploadedFirst) {
  const Lease lease = begin_song("wait");
  daemon_->leave();
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining && beat.running.size() == 1; }));
  EXPECT_FALSE(ended_);
  script_->release();
  next_of<to_coordinator::SongReady>(lease);
  give_ticket(lease);
  next_of<to_coordinator::Uploaded>(lease);
  EXPECT_FALSE(ended_);
  send(to_worker::Accepted{lease});
  expect_goodbye();
  EXPECT_EQ(files_in_spool(), 0u);
}

TEST_F(WorkerDepartureTest, JobsThatHaveNotBegunAreGivenBack) {
  start_daemon();
  welcome_daemon();
  const Lease first = assign("job_1", "wait");
  const Lease second = assign("job_2", "sing");
  ASSERT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.size() == 2; }));
  daemon_->leave();
  EXPECT_EQ(next_of<to_coordinator::Failed>(second).error.code, ErrorCode::kCancelled);
  script_->release();
  next_of<to_coordinator::SongReady>(first);
  give_ticket(first);
  next_of<to_coordinator::Uploaded>(first);
  send(to_worker::Accepted{first});
  expect_goodbye();
  EXPECT_EQ(script_->songs_begun(), 1);
}

TEST_F(WorkerDepartureTest, ADrainedWorkerFinishesStaysAndSaysSoUntilItIsResumed) {
  start_daemon();
  welcome_daemon();
  const Lease first = assign("job_1", "wait");
  const Lease second = assign("job_2", "sing");
  ASSERT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.size() == 2; }));
  send(to_worker::Drain{});
  EXPECT_EQ(next_of<to_coordinator::Failed>(second).error.code, ErrorCode::kCancelled);
  // What crosses the order on its way is given back as well.
  EXPECT_EQ(next_of<to_coordinator::Failed>(assign("job_3", "sing")).error.code, ErrorCode::kCancelled);
  script_->release();
  publish(first);
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining && beat.running.empty(); }));
  EXPECT_FALSE(ended_);

  send(to_worker::Resume{});
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return !beat.draining; }));
  publish(assign("job_4", "sing"));
}

TEST_F(WorkerDepartureTest, ADrainedWorkerSaysSoInItsNextHello) {
  start_daemon();
  EXPECT_FALSE(welcome_daemon().draining);
  send(to_worker::Drain{});
  ASSERT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining; }));
  send(to_worker::Again{});
  EXPECT_TRUE(welcome_daemon().draining);
}

TEST_F(WorkerDepartureTest, AWorkerThatLeavesIsNotHeldBackByAResume) {
  const Lease lease = begin_song("wait");
  daemon_->leave();
  send(to_worker::Resume{});
  EXPECT_EQ(next_of<to_coordinator::Failed>(assign("job_2", "sing")).error.code, ErrorCode::kCancelled);
  script_->release();
  next_of<to_coordinator::SongReady>(lease);
  give_ticket(lease);
  next_of<to_coordinator::Uploaded>(lease);
  send(to_worker::Accepted{lease});
  expect_goodbye();
}

TEST_F(WorkerDepartureTest, ASongThatFailsInTheEndDoesNotHoldItBack) {
  const Lease lease = begin_song("wait-fail");
  daemon_->leave();
  script_->release();
  next_of<to_coordinator::Failed>(lease);
  expect_goodbye();
}

TEST_F(WorkerDepartureTest, WithoutACoordinatorAnIdleWorkerLeavesAllTheSame) {
  start_daemon();
  welcome_daemon();
  server_.reset();
  daemon_->leave();
  EXPECT_TRUE(until([&] { return ended_.has_value(); }));
  EXPECT_TRUE(ended_->has_value());
}

TEST_F(WorkerDepartureTest, WithoutACoordinatorAWorkerWithASongLeavesOnceItsPatienceIsOver) {
  leave_patience_ = std::chrono::milliseconds(20);
  begin_song("hang");
  server_.reset();
  daemon_->leave();
  EXPECT_TRUE(until([&] { return ended_.has_value(); }));
  EXPECT_TRUE(ended_->has_value());
}

TEST_F(WorkerDepartureTest, WhileItsCoordinatorHearsItAWorkerIsPatientWithItsSong) {
  leave_patience_ = std::chrono::milliseconds(0);
  const Lease lease = begin_song("wait");
  daemon_->leave();
  ASSERT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining; }));
  EXPECT_FALSE(ended_);
  script_->release();
  next_of<to_coordinator::SongReady>(lease);
  give_ticket(lease);
  next_of<to_coordinator::Uploaded>(lease);
  send(to_worker::Accepted{lease});
  expect_goodbye();
}

TEST_F(WorkerDepartureTest, AWorkerThatIsToldToLeaveWhileItLoadsNeverSaysHello) {
  std::promise<void> may_load;
  start_daemon([&, script = script_]() -> Result<std::unique_ptr<Engine>> {
    may_load.get_future().wait();
    return std::make_unique<testing::FakeEngine>(script);
  });
  daemon_->leave();
  may_load.set_value();
  EXPECT_TRUE(until([&] { return ended_.has_value(); }));
  EXPECT_TRUE(ended_->has_value());
  EXPECT_EQ(heard_.count<to_coordinator::Hello>(kName), 0);
}

TEST_F(WorkerDepartureTest, AModelThatCannotBeLoadedEndsTheDaemonWithTheReason) {
  start_daemon(
      []() -> Result<std::unique_ptr<Engine>> { return fail(ErrorCode::kNotFound, "no such folder"); });
  ASSERT_TRUE(until([&] { return ended_.has_value(); }));
  ASSERT_FALSE(ended_->has_value());
  EXPECT_EQ(ended_->error().message, "no such folder");
  EXPECT_EQ(heard_.count<to_coordinator::Hello>(kName), 0);
}

TEST_F(WorkerDepartureTest, ABrokenDeviceGivesBackWhatWaitsAndEndsTheDaemonWithTheReason) {
  start_daemon();
  welcome_daemon();
  const Lease made = assign("job_1", "sing");
  next_of<to_coordinator::SongReady>(made);
  const Lease breaking = assign("job_2", "break");
  EXPECT_EQ(next_of<to_coordinator::Failed>(breaking).error.code, ErrorCode::kInternal);
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining; }));
  EXPECT_EQ(next_of<to_coordinator::Failed>(assign("job_3", "sing")).error.code, ErrorCode::kCancelled);
  // The song that was made before is brought home first.
  EXPECT_FALSE(ended_);
  give_ticket(made);
  next_of<to_coordinator::Uploaded>(made);
  send(to_worker::Accepted{made});
  EXPECT_TRUE(until([&] { return heard_.count<to_coordinator::Goodbye>(kName) == 1 && ended_; }));
  ASSERT_FALSE(ended_->has_value());
  EXPECT_EQ(ended_->error().message, "the device is gone");
  EXPECT_EQ(script_->songs_begun(), 2);
}

TEST_F(WorkerDepartureTest, ADrainedWorkerTakesNothingNewButStaysConnected) {
  start_daemon();
  welcome_daemon();
  send(to_worker::Drain{});
  ASSERT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining; }));
  const Lease lease = assign("job_1", "sing");
  EXPECT_EQ(next_of<to_coordinator::Failed>(lease).error.code, ErrorCode::kCancelled);
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.draining; }));
  EXPECT_FALSE(ended_);
  EXPECT_EQ(script_->songs_begun(), 0);
}

TEST_F(WorkerDepartureTest, EndingInMidSongStopsTheEngine) {
  begin_song("hang");
  daemon_.reset();
  EXPECT_EQ(files_in_spool(), 0u);
}

}  // namespace
}  // namespace musicfleet::daemon
