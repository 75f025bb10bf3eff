#include "coordinator/dispatch/retry.h"

#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

TEST(Retry, NeverFollowsInvalidInput) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.fail("w", scene.lease(job), ErrorCode::kInvalidArgument);
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_EQ(scene.job(job).error->code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(scene.job(job).error->message, "it broke");
}

TEST(Retry, OfAnOutOfMemoryGoesToAnotherWorkerAfterAWait) {
  Scene scene;
  scene.hello("a");
  const JobId job = scene.submit("j");
  scene.hello("b");
  scene.fail("a", scene.lease(job), ErrorCode::kOutOfMemory);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.pass(400ms);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.pass(700ms);
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
  EXPECT_EQ(scene.job(job).worker, WorkerId{"b"});
}

TEST(Retry, ABrokenWorkerThatIsAlwaysFreeDoesNotUseUpTheAttemptsOfAJob) {
  Scene scene;
  scene.hello("good");
  const JobId running = scene.submit("running");
  scene.hello("broken");
  const JobId job = scene.submit("j");
  ASSERT_EQ(scene.job(job).worker, WorkerId{"broken"});
  scene.fail("broken", scene.lease(job), ErrorCode::kInternal);
  for (int i = 0; i < 10; ++i) {
    scene.pass(5s);
    scene.beat("broken", {});
    scene.beat("good", {denoising(scene.lease(running), i, 20)});
  }
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.job(job).attempts, 1);
  scene.upload(scene.lease(running));
  EXPECT_EQ(scene.job(job).worker, WorkerId{"good"});
  EXPECT_EQ(scene.job(job).attempts, 2);
}

TEST(Retry, EndsAfterThreeAttemptsWithTheReason) {
  Scene scene;
  const JobId job = scene.submit("j");
  for (int attempt = 1; attempt <= 3; ++attempt) {
    scene.hello("w");
    ASSERT_EQ(scene.job(job).attempts, attempt);
    scene.fail("w", scene.lease(job), ErrorCode::kInternal);
    scene.pass(10s);
  }
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_EQ(scene.job(job).error->code, ErrorCode::kInternal);
  EXPECT_EQ(scene.job(job).error->message, "gave up after 3 attempts: it broke");
}

TEST(Retry, AJobThatKillsItsWorkersIsGivenUpToo) {
  Scene scene;
  const JobId job = scene.submit("j");
  for (int attempt = 0; attempt < 3; ++attempt) {
    scene.hello(concat("w", attempt));
    scene.beat(concat("w", attempt), {denoising(scene.lease(job))});
    scene.pass(16s);
  }
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_EQ(scene.job(job).error->code, ErrorCode::kUnavailable);
}

TEST(Retry, WaitsLongerEachTimeWithinItsBounds) {
  const Backoff backoff{1s, 60s};
  for (std::uint64_t random : {std::uint64_t{0}, std::uint64_t{77'777}, ~std::uint64_t{0}}) {
    for (int failures = 1; failures < 12; ++failures) {
      const auto whole = std::min<Milliseconds>(Milliseconds{1000} * (1 << (failures - 1)), 60s);
      const auto delay = backoff.delay(failures, random);
      EXPECT_LE(delay, whole);
      EXPECT_GE(delay, whole / 2);
    }
  }
  EXPECT_NE(backoff.delay(5, 1), backoff.delay(5, 2)) << "jitter";
}

TEST(Retry, RuleIsAPureFunction) {
  const Settings settings;
  EXPECT_EQ(retry_after(settings, AttemptOutcome::kFailed, ErrorCode::kInvalidArgument, 1, 0), std::nullopt);
  EXPECT_EQ(retry_after(settings, AttemptOutcome::kFailed, ErrorCode::kInternal, 3, 0), std::nullopt);
  EXPECT_EQ(retry_after(settings, AttemptOutcome::kFailed, ErrorCode::kInternal, 1, 0), settings.retry.first);
  EXPECT_EQ(retry_after(settings, AttemptOutcome::kExpired, ErrorCode::kUnavailable, 2, 0), Milliseconds{0});
  EXPECT_EQ(retry_after(settings, AttemptOutcome::kExpired, ErrorCode::kUnavailable, 3, 0), std::nullopt);
  EXPECT_EQ(retry_after(settings, AttemptOutcome::kReturned, ErrorCode::kUnavailable, 9, 0), Milliseconds{0});
}

}  // namespace
}  // namespace musicfleet::dispatch
