#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

TEST(Restart, KeepsTheLeaseOfAWorkerThatSaysHelloInTime) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.restart(1min);
  scene.pass(14s);
  scene.beat("w", {denoising(scene.lease(job))});
  EXPECT_EQ(scene.sent<to_worker::Again>("w").size(), 1u);
  scene.hello("w", 1, {denoising(scene.lease(job), 3)});
  scene.pass(10s);
  EXPECT_EQ(scene.job(job).epoch, 1u);
  scene.upload(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kSucceeded);
}

TEST(Restart, GivesTheJobAwayAfterAFreshLeasePeriod) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.restart(1min);
  scene.hello("other");
  scene.pass(14s);
  scene.beat("other", {});
  EXPECT_EQ(scene.job(job).epoch, 1u);
  scene.pass(1s);
  EXPECT_EQ(scene.job(job).worker, WorkerId{"other"});
  EXPECT_EQ(scene.job(job).epoch, 2u);
}

TEST(Restart, TellsAWorkerToDropWhatItHoldsUnderAnotherEpoch) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.restart();
  const Lease wrong{job, 9};
  scene.hello("w", 2, {denoising(wrong)});
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").at(0).lease, wrong);
}

TEST(Restart, AWorkerThatComesBackEmptyGetsTheJobAgain) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.restart();
  scene.hello("w");
  EXPECT_EQ(scene.job(job).epoch, 2u);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
  EXPECT_EQ(scene.job(job).attempts, 1) << "the assignment may have died with the process that sent it";
  EXPECT_EQ(scene.attempts_ended.at(0).outcome, AttemptOutcome::kReturned);
}

TEST(Restart, KeepsQueuedJobsAndTheirDeadlines) {
  Scene scene;
  const JobId plain = scene.submit("plain");
  const JobId urgent = scene.submit("urgent", 0, {}, Milliseconds{10s});
  scene.restart(11s);
  EXPECT_EQ(scene.job(urgent).state, JobState::kFailed);
  scene.hello("w");
  EXPECT_EQ(scene.job(plain).state, JobState::kLeased);
}

TEST(Restart, RemembersThatAJobIsToBeCancelled) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.apply(CancelRequested{job});
  scene.restart();
  scene.forget_sent();
  scene.hello("w", 1, {denoising(scene.lease(job))});
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").size(), 1u);
  scene.fail("w", scene.lease(job), ErrorCode::kCancelled);
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
}

}  // namespace
}  // namespace musicfleet::dispatch
