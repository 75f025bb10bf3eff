#include "coordinator/dispatch/experience.h"

#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

const WorkerId kWorker{"w"};

TEST(WorkerSpeed, IsThatOfItsLastSongs) {
  WorkerSpeed speed;
  EXPECT_EQ(speed.of(kWorker, "m"), WorkerSpeed::kUnknown);
  speed.add(kWorker, "m", 60s, 6s);
  EXPECT_DOUBLE_EQ(speed.of(kWorker, "m"), 10);
  EXPECT_EQ(speed.of(kWorker, "other"), WorkerSpeed::kUnknown);
  for (std::size_t i = 0; i < WorkerSpeed::kSongs; ++i) speed.add(kWorker, "m", 30s, 10s);
  EXPECT_DOUBLE_EQ(speed.of(kWorker, "m"), 3) << "the first song is forgotten";
  speed.forget(kWorker);
  EXPECT_EQ(speed.of(kWorker, "m"), WorkerSpeed::kUnknown);
}

TEST(WorkerSpeed, OfASongThatTookNoTimeIsNotBelieved) {
  WorkerSpeed speed;
  speed.add(kWorker, "m", 60s, 0s);
  EXPECT_EQ(speed.of(kWorker, "m"), WorkerSpeed::kUnknown);
  speed.add(kWorker, "m", 600s, 1ms);
  EXPECT_EQ(speed.of(kWorker, "m"), WorkerSpeed::kFastest);
}

TEST(FailureMemory, FadesByHalvesWithTimeAndWithEverySuccess) {
  FailureMemory memory(5min);
  const SteadyTime start{};
  EXPECT_FALSE(memory.failed(kWorker, "m", start));
  EXPECT_DOUBLE_EQ(memory.count(kWorker, "m", start + 5min), 0.5);
  memory.succeeded(kWorker, "m", start + 5min);
  EXPECT_DOUBLE_EQ(memory.count(kWorker, "m", start + 5min), 0.25);
  EXPECT_EQ(memory.count(kWorker, "other", start), 0);
}

TEST(FailureMemory, LetsAWorkerRestAfterTooManyUntilEnoughHasFaded) {
  FailureMemory memory(5min);
  const SteadyTime start{};
  memory.failed(kWorker, "m", start);
  EXPECT_FALSE(memory.failed(kWorker, "m", start));
  EXPECT_TRUE(memory.failed(kWorker, "m", start));
  const auto until = memory.next_rested(kWorker, start);
  ASSERT_TRUE(until);
  EXPECT_TRUE(memory.resting(kWorker, "m", *until - 1ms));
  EXPECT_FALSE(memory.resting(kWorker, "m", *until));
  EXPECT_NEAR(memory.count(kWorker, "m", *until), FailureMemory::kAgain, 0.01);
  EXPECT_FALSE(memory.next_rested(kWorker, *until));
  EXPECT_TRUE(memory.failed(kWorker, "m", *until)) << "one more failure and it rests again";
}

TEST(FailureMemory, TellsWhichModelHasRestedFirst) {
  FailureMemory memory(5min);
  const SteadyTime start{};
  for (int i = 0; i < 3; ++i) memory.failed(kWorker, "early", start);
  for (int i = 0; i < 3; ++i) memory.failed(kWorker, "late", start + 1min);
  const auto first = memory.next_rested(kWorker, start + 1min);
  ASSERT_TRUE(first);
  EXPECT_FALSE(memory.resting(kWorker, "early", *first));
  EXPECT_TRUE(memory.resting(kWorker, "late", *first));
  EXPECT_EQ(memory.next_rested(kWorker, *first), *first + 1min);
}

TEST(Experience, AWorkerThatFailsEveryJobRestsAndIsTriedAgain) {
  Scene scene;
  scene.hello("w");
  for (int i = 0; i < 3; ++i) {
    const JobId job = scene.submit(concat("poison", i));
    ASSERT_EQ(scene.job(job).state, JobState::kLeased) << i;
    scene.fail("w", scene.lease(job), ErrorCode::kInternal);
    scene.apply(CancelRequested{job});
  }
  const JobId job = scene.submit("j");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.history.back().kind, "waiting");
  EXPECT_NE(scene.history.back().detail_json.find(R"("reason":"resting")"), std::string::npos);
  for (int i = 0; i < 40; ++i) {
    scene.pass(5s);
    scene.beat("w", {});
  }
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

TEST(Experience, SongsTooLongForTheDeviceAndWrongInputAreNotTheWorkersFault) {
  Scene scene;
  scene.hello("w");
  for (const ErrorCode code : {ErrorCode::kOutOfMemory, ErrorCode::kInvalidArgument})
    for (int i = 0; i < 5; ++i) {
      const JobId job = scene.submit(concat(name_of(code), i));
      ASSERT_EQ(scene.job(job).state, JobState::kLeased);
      scene.fail("w", scene.lease(job), code);
      scene.apply(CancelRequested{job});
    }
  EXPECT_EQ(scene.job(scene.submit("j")).state, JobState::kLeased);
}

TEST(Experience, TheFasterWorkerGetsTheJobAndHistorySaysWhy) {
  Scene scene;
  scene.hello("fast");
  const JobId first = scene.submit("first");
  JobAudio audio;
  audio.duration = 30s;
  audio.generate_time = 3s;
  scene.apply(UploadVerified{scene.lease(first), audio, {}});
  scene.hello("a-slow-one");
  const JobId second = scene.submit("second");
  EXPECT_EQ(scene.job(second).worker, WorkerId{"fast"});
  const auto& line = scene.history.back();
  EXPECT_EQ(line.kind, "leased");
  EXPECT_NE(line.detail_json.find(R"("chosen":{"worker":"fast","predicted_s":3.0,"speed":10.0,"held":0})"),
            std::string::npos)
      << line.detail_json;
  EXPECT_NE(line.detail_json.find(R"({"worker":"a-slow-one","predicted_s":30.0)"), std::string::npos);
}

TEST(Waiting, IsToldOnceForEachReason) {
  Scene scene;
  const JobId job = scene.submit("j", 0, "xl");
  const auto waits = [&] {
    return std::count_if(scene.history.begin(), scene.history.end(),
                         [](const HistoryEvent& line) { return line.kind == "waiting"; });
  };
  EXPECT_EQ(waits(), 1);
  EXPECT_NE(scene.history.back().detail_json.find("no worker is connected"), std::string::npos);
  for (int i = 0; i < 5; ++i) scene.pass(1min);
  EXPECT_EQ(waits(), 1);
  scene.hello("w");
  EXPECT_NE(scene.dispatcher->explain(job).find(R"("obstacle":"model_missing")"), std::string::npos);
}

}  // namespace
}  // namespace musicfleet::dispatch
