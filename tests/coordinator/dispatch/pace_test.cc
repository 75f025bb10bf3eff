#include "coordinator/dispatch/pace.h"

#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

const SteadyTime kStart{1h};

TEST(Pace, PredictsTheEndFromTheMeanStepTime) {
  Pace pace(kStart);
  const Lease lease{JobId{"j"}, 1};
  EXPECT_TRUE(pace.observe(denoising(lease, 0, 8), kStart + 4s));
  EXPECT_EQ(pace.step_time(), std::nullopt) << "loading before the first step is not a step";
  EXPECT_TRUE(pace.observe(denoising(lease, 2, 8), kStart + 6s));
  EXPECT_EQ(pace.step_time(), Milliseconds{1000});
  EXPECT_EQ(pace.predicted_finish(), kStart + 12s);
  EXPECT_FALSE(pace.observe(denoising(lease, 2, 8), kStart + 7s));
  EXPECT_EQ(pace.predicted_finish(), kStart + 12s);
}

TEST(Pace, CallsSilenceAHangAfterThreeStepTimesAndNeverBeforeTheMinimum) {
  Settings settings;
  const Lease lease{JobId{"j"}, 1};
  Pace slow(kStart);
  slow.observe(denoising(lease, 0), kStart);
  slow.observe(denoising(lease, 1), kStart + 20s);
  EXPECT_EQ(slow.stalled_at(settings), kStart + 80s);
  Pace fast(kStart);
  fast.observe(denoising(lease, 0), kStart);
  fast.observe(denoising(lease, 1), kStart + 30ms);
  EXPECT_EQ(fast.stalled_at(settings), kStart + 30ms + settings.stall_minimum);
}

TEST(Pace, IsPatientWhereNoStepTimeIsKnown) {
  Settings settings;
  const Lease lease{JobId{"j"}, 1};
  Pace pace(kStart);
  EXPECT_EQ(pace.stalled_at(settings), kStart + settings.stage_patience);
  pace.observe(denoising(lease, 7, 8), kStart + 1s);
  pace.observe(denoising(lease, 8, 8), kStart + 2s);
  EXPECT_EQ(pace.stalled_at(settings), kStart + 2s + settings.stage_patience)
      << "after the last step comes decoding";
}

TEST(Pace, WaitsForItsTurnAtTheGpuAndBehindAnUpload) {
  Settings settings;
  const Lease lease{JobId{"j"}, 1};
  for (const Stage stage : {Stage::kQueued, Stage::kEncoding, Stage::kUploading}) {
    Pace pace(kStart);
    pace.observe({lease, stage, 0, 0}, kStart);
    EXPECT_TRUE(pace.wait(kStart + 500s));
    EXPECT_EQ(pace.stalled_at(settings), kStart + 500s + settings.stage_patience);
  }
  for (const Stage stage : {Stage::kConditioning, Stage::kDenoising, Stage::kDecoding}) {
    Pace pace(kStart);
    pace.observe({lease, stage, 0, 0}, kStart);
    EXPECT_FALSE(pace.wait(kStart + 500s));
    EXPECT_EQ(pace.stalled_at(settings), kStart + settings.stage_patience);
  }
}

TEST(Pace, BeginsAnewWhenStepsGoBack) {
  const Lease lease{JobId{"j"}, 1};
  Pace pace(kStart);
  pace.observe(denoising(lease, 0, 8), kStart);
  pace.observe(denoising(lease, 4, 8), kStart + 40s);
  EXPECT_TRUE(pace.observe(denoising(lease, 0, 8), kStart + 50s));
  EXPECT_EQ(pace.step_time(), std::nullopt);
}

TEST(Pace, ReachesTheWatchersAsProgress) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  scene.beat("w", {denoising(scene.lease(job), 0, 8)});
  scene.pass(2s);
  const auto revision = scene.published.back().job.revision;
  scene.beat("w", {denoising(scene.lease(job), 2, 8)});
  const Job& seen = scene.published.back().job;
  EXPECT_EQ(seen.progress.stage, Stage::kDenoising);
  EXPECT_EQ(seen.progress.step, 2);
  EXPECT_EQ(seen.progress.steps, 8);
  EXPECT_EQ(seen.progress.predicted_finish, scene.now.wall + 6s);
  EXPECT_GT(seen.revision, revision);
}

}  // namespace
}  // namespace musicfleet::dispatch
