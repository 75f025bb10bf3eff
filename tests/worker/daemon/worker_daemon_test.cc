#include "tests/support/daemon_bench.h"

#include <gmock/gmock.h>

namespace musicfleet::daemon {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WorkerDaemonTest : public testing::DaemonBench {};

TEST_F(WorkerDaemonTest, SaysWhatItIsOnceItsModelIsLoaded) {
  start_daemon();
  const auto& hello = welcome_daemon();
  EXPECT_EQ(hello.software_version, "0.1.0");
  EXPECT_EQ(hello.device, "cpu");
  ASSERT_EQ(hello.models.size(), 1u);
  EXPECT_EQ(hello.models[0].name, "fake");
  EXPECT_EQ(hello.slots, 2);
  EXPECT_TRUE(hello.running.empty());
}

TEST_F(WorkerDaemonTest, SaysWhatASongTakesAndWhatTheDeviceHasFree) {
  constexpr std::uint64_t kMiB = 1 << 20;
  script_->set_free(512 * kMiB + 1);
  start_daemon();
  const auto hello = welcome_daemon();
  ASSERT_EQ(hello.models.size(), 1u);
  EXPECT_EQ(hello.models[0].memory_fixed_bytes, 1'000'000u);
  EXPECT_EQ(hello.models[0].memory_bytes_per_second, 2'000u);
  EXPECT_EQ(hello.memory_free_bytes, 512 * kMiB) << "in steps of 16 MiB";
  // Somebody else uses the device for a while; the worker itself has nothing to do.
  script_->set_free(48 * kMiB);
  EXPECT_TRUE(hear_heartbeat([&](const auto& beat) { return beat.memory_free_bytes == 48 * kMiB; }));
  script_->set_free(1'024 * kMiB);
  EXPECT_TRUE(hear_heartbeat([&](const auto& beat) { return beat.memory_free_bytes == 1'024 * kMiB; }));
}

TEST_F(WorkerDaemonTest, BringsAnAssignmentToAnAcceptedSong) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "sing");
  const auto ready = next_of<to_coordinator::SongReady>(lease);
  EXPECT_EQ(ready.size_bytes, 144'000u * 2 * sizeof(float));
  EXPECT_EQ(ready.media_type, "audio/wav");
  EXPECT_EQ(ready.duration, std::chrono::milliseconds(3'000));
  EXPECT_EQ(ready.sample_rate_hz, 48'000);
  EXPECT_EQ(ready.channels, 2);
  EXPECT_EQ(ready.model_name, "fake");
  EXPECT_THAT(ready.warnings, ::testing::ElementsAre("a warning"));
  EXPECT_EQ(ready.loudness_lufs, -14.5);
  EXPECT_EQ(ready.true_peak_dbtp, -1.5);
  const Sha256 announced = ready.sha256;
  EXPECT_EQ(files_in_spool(), 1u);
  give_ticket(lease);
  next_of<to_coordinator::Uploaded>(lease);
  EXPECT_EQ(sha256(stored(lease)), announced);
  EXPECT_EQ(files_in_spool(), 1u);
  send(to_worker::Accepted{lease});
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.empty(); }));
  EXPECT_EQ(files_in_spool(), 0u);
}

TEST_F(WorkerDaemonTest, HeartbeatsNameTheJobAndItsStep) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "wait");
  EXPECT_TRUE(hear_heartbeat([&](const auto& beat) {
    return beat.running.size() == 1 && beat.running[0].lease == lease &&
           beat.running[0].stage == Stage::kDenoising && beat.running[0].step == 1 &&
           beat.running[0].steps == 4;
  }));
  script_->release();
  publish(lease);
}

TEST_F(WorkerDaemonTest, AFailedJobLeavesItServing) {
  start_daemon();
  welcome_daemon();
  EXPECT_EQ(next_of<to_coordinator::Failed>(assign("job_1", "fail")).error.message, "the engine failed");
  EXPECT_EQ(next_of<to_coordinator::Failed>(assign("job_2", "oom")).error.code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(next_of<to_coordinator::Failed>(assign("job_3", "throw")).error.code, ErrorCode::kInternal);
  publish(assign("job_4", "sing"));
}

TEST_F(WorkerDaemonTest, ACancelledSongEndsBetweenStepsAndTheNextOneBegins) {
  start_daemon();
  welcome_daemon();
  const Lease hanging = assign("job_1", "hang");
  ASSERT_TRUE(
      hear_heartbeat([](const auto& beat) { return !beat.running.empty() && beat.running[0].step == 1; }));
  send(to_worker::Cancel{hanging});
  EXPECT_EQ(next_of<to_coordinator::Failed>(hanging).error.code, ErrorCode::kCancelled);
  publish(assign("job_2", "sing"));
}

TEST_F(WorkerDaemonTest, ACancelledJobThatHasNotBegunIsGivenUpAtOnce) {
  start_daemon();
  welcome_daemon();
  const Lease first = assign("job_1", "wait");
  const Lease second = assign("job_2", "sing");
  send(to_worker::Cancel{second});
  EXPECT_EQ(next_of<to_coordinator::Failed>(second).error.code, ErrorCode::kCancelled);
  script_->release();
  publish(first);
  EXPECT_EQ(script_->songs_begun(), 1);
}

TEST_F(WorkerDaemonTest, ARecalledJobThatHasNotBegunIsGivenBackAndItStillServes) {
  start_daemon();
  welcome_daemon();
  const Lease first = assign("job_1", "wait");
  const Lease second = assign("job_2", "sing");
  send(to_worker::Recall{second});
  next_of<to_coordinator::Returned>(second);
  EXPECT_TRUE(hear_heartbeat([&](const auto& beat) {
    return !beat.draining && names(beat.running, first) && !names(beat.running, second);
  }));
  const Lease third = assign("job_3", "sing");
  script_->release();
  publish(first);
  publish(third);
  EXPECT_EQ(script_->songs_begun(), 2);
}

TEST_F(WorkerDaemonTest, ARecalledJobThatHasBegunGoesOnWithoutAnAnswer) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "wait");
  ASSERT_TRUE(
      hear_heartbeat([](const auto& beat) { return !beat.running.empty() && beat.running[0].step == 1; }));
  send(to_worker::Recall{lease});
  send(to_worker::Recall{{{"job_never_heard_of"}, 1}});
  const Lease after = assign("job_2", "sing");  // named in a heartbeat once the recalls have been read
  ASSERT_TRUE(hear_heartbeat([&](const auto& beat) { return names(beat.running, after); }));
  script_->release();
  publish(lease);
  publish(after);
  EXPECT_EQ(heard_.count<to_coordinator::Returned>(kName), 0);
}

TEST_F(WorkerDaemonTest, ASongThatIsCancelledBeforeItsUploadIsDeleted) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "sing");
  next_of<to_coordinator::SongReady>(lease);
  send(to_worker::Cancel{lease});
  EXPECT_EQ(next_of<to_coordinator::Failed>(lease).error.code, ErrorCode::kCancelled);
  EXPECT_EQ(files_in_spool(), 0u);
}

TEST_F(WorkerDaemonTest, TheGpuBeginsTheNextSongWhileTheLastOneWaitsForItsTicket) {
  start_daemon();
  welcome_daemon();
  const Lease first = assign("job_1", "sing");
  const Lease second = assign("job_2", "sing");
  next_of<to_coordinator::SongReady>(first);
  next_of<to_coordinator::SongReady>(second);
  for (const Lease& lease : {second, first}) {
    give_ticket(lease);
    next_of<to_coordinator::Uploaded>(lease);
    send(to_worker::Accepted{lease});
  }
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.empty(); }));
}

TEST_F(WorkerDaemonTest, TheSameAssignmentTwiceIsOneSong) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "wait");
  assign("job_1", "wait");
  script_->release();
  publish(lease);
  EXPECT_EQ(script_->songs_begun(), 1);
}

TEST_F(WorkerDaemonTest, ANewerLeaseOfAJobEndsTheOlderOne) {
  start_daemon();
  welcome_daemon();
  const Lease older = assign("job_1", "hang", 1);
  ASSERT_TRUE(
      hear_heartbeat([](const auto& beat) { return !beat.running.empty() && beat.running[0].step == 1; }));
  const Lease newer = assign("job_1", "sing", 2);
  EXPECT_EQ(next_of<to_coordinator::Failed>(older).error.code, ErrorCode::kCancelled);
  publish(newer);
}

TEST_F(WorkerDaemonTest, AFailedUploadAsksForANewTicket) {
  start_daemon();
  welcome_daemon();
  uploads_.answer_with({503, fail(ErrorCode::kUnavailable, "connection reset")});
  const Lease lease = assign("job_1", "sing");
  for (int i = 0; i < 2; ++i) {
    next_of<to_coordinator::SongReady>(lease);
    give_ticket(lease);
  }
  publish(lease);
  EXPECT_EQ(uploads_.attempts(), 3);
}

TEST_F(WorkerDaemonTest, HeartbeatsTellHowFarAnUploadIs) {
  start_daemon();
  welcome_daemon();
  uploads_.hold();
  const Lease lease = assign("job_1", "sing");
  next_of<to_coordinator::SongReady>(lease);
  give_ticket(lease);
  EXPECT_TRUE(hear_heartbeat([&](const auto& beat) {
    return beat.running.size() == 1 && beat.running[0].stage == Stage::kUploading &&
           beat.running[0].step == 50 && beat.running[0].steps == 100;
  }));
  uploads_.let_go();
  next_of<to_coordinator::Uploaded>(lease);
  send(to_worker::Accepted{lease});
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.empty(); }));
}

TEST_F(WorkerDaemonTest, ASongThatCannotBeUploadedFailsAndLeavesItServing) {
  start_daemon();
  welcome_daemon();
  uploads_.answer_with({500, 403, 404});
  const Lease lease = assign("job_1", "sing");
  for (int i = 0; i < 3; ++i) {
    next_of<to_coordinator::SongReady>(lease);
    give_ticket(lease);
  }
  const auto failed = next_of<to_coordinator::Failed>(lease);
  EXPECT_EQ(failed.error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(failed.error.message, HasSubstr("404"));
  EXPECT_EQ(files_in_spool(), 0u);
  publish(assign("job_2", "sing"));
}

TEST_F(WorkerDaemonTest, WhatIsNotAnsweredIsSaidAgain) {
  answer_timeout_ = std::chrono::milliseconds(20);
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "sing");
  next_of<to_coordinator::SongReady>(lease);
  next_of<to_coordinator::SongReady>(lease);
  give_ticket(lease);
  next_of<to_coordinator::Uploaded>(lease);
  next_of<to_coordinator::Uploaded>(lease);
  send(to_worker::Accepted{lease});
  EXPECT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.empty(); }));
}

TEST_F(WorkerDaemonTest, AfterACoordinatorRestartItNamesItsRunningJobsAndFinishesThem) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "wait", 7);
  ASSERT_TRUE(
      hear_heartbeat([](const auto& beat) { return !beat.running.empty() && beat.running[0].step == 1; }));
  restart(server_->endpoint());
  server_->allow({kName}, worker_keys_.public_key);
  const auto& hello = welcome_daemon();
  ASSERT_EQ(hello.running.size(), 1u);
  EXPECT_EQ(hello.running[0].lease, lease);
  EXPECT_EQ(hello.running[0].step, 1);
  script_->release();
  publish(lease);
  EXPECT_EQ(script_->songs_begun(), 1);
}

TEST_F(WorkerDaemonTest, ASongThatIsReadyWhileTheCoordinatorIsAwayIsReportedWhenItIsBack) {
  start_daemon();
  welcome_daemon();
  const Lease lease = assign("job_1", "wait");
  const Lease doomed = assign("job_2", "wait-fail");
  ASSERT_TRUE(hear_heartbeat([](const auto& beat) { return beat.running.size() == 2; }));
  const std::string endpoint = server_->endpoint();
  server_.reset();
  script_->release();
  ASSERT_TRUE(until([&] { return files_in_spool() == 1 && script_->songs_begun() == 2; }));
  restart(endpoint);
  server_->allow({kName}, worker_keys_.public_key);
  welcome_daemon();
  EXPECT_EQ(next_of<to_coordinator::Failed>(doomed).error.code, ErrorCode::kInvalidArgument);
  publish(lease);
}

TEST_F(WorkerDaemonTest, AWorkerThatIsListedLaterGetsInByItself) {
  server_->revoke({kName});
  start_daemon();
  ASSERT_TRUE(until([&] { return log_.str().find("was refused") != std::string::npos; }));
  server_->allow({kName}, worker_keys_.public_key);
  welcome_daemon();
  publish(assign("job_1", "sing"));
}

TEST_F(WorkerDaemonTest, ARevokedWorkerComesBackWhenItIsAllowedAgain) {
  start_daemon();
  welcome_daemon();
  server_->revoke({kName});
  ASSERT_TRUE(until([&] { return log_.str().find("refused by the coordinator") != std::string::npos; }));
  server_->allow({kName}, worker_keys_.public_key);
  welcome_daemon();
  publish(assign("job_1", "sing"));
}

TEST_F(WorkerDaemonTest, PromptsAndLyricsStayOutOfTheLog) {
  start_daemon();
  welcome_daemon();
  to_worker::Assign order{{{"job_1"}, 1}, {}};
  order.spec.prompt = "a secret prompt";
  order.spec.lyrics = "secret words";
  send(order);
  publish(order.lease);
  EXPECT_THAT(log_.str(), HasSubstr("job_1"));
  EXPECT_THAT(log_.str(), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace musicfleet::daemon
