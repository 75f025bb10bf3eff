#include "worker/daemon/gpu_thread.h"

#include "tests/support/fake_engine.h"

#include <gmock/gmock.h>

#include <future>

namespace musicfleet::daemon {
namespace {

using testing::FakeEngine;
using testing::FakeEngineScript;

class GpuThreadTest : public ::testing::Test {
 protected:
  struct Outcome {
    Lease lease;
    Result<GeneratedSong> song;
  };

  GpuEvents events() {
    return {[this](std::uint64_t bytes) {
              const std::scoped_lock lock(mutex_);
              free_bytes_.push_back(bytes);
              changed_.notify_all();
            },
            [this](Result<ModelDescription> model) { loaded_.set_value(std::move(model)); },
            [this](const Lease&, const SongProgress& progress) {
              const std::scoped_lock lock(mutex_);
              progress_.push_back(progress);
              changed_.notify_all();
            },
            [this](const Lease& lease, Result<GeneratedSong> song) {
              const std::scoped_lock lock(mutex_);
              outcomes_.push_back({lease, std::move(song)});
              changed_.notify_all();
            },
            [this](Error error) { broken_.set_value(std::move(error)); }};
  }
  EngineFactory factory() {
    return [this]() -> Result<std::unique_ptr<Engine>> { return std::make_unique<FakeEngine>(script_); };
  }
  static GpuJob job(const std::string& id, const std::string& prompt, std::stop_token stop = {}) {
    GpuJob made{{{id}, 1}, {}, std::move(stop)};
    made.spec.prompt = prompt;
    made.spec.duration = std::chrono::milliseconds(3'000);
    return made;
  }
  // Waits for so many outcomes.
  void wait_for_outcomes(std::size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outcomes_.size() >= n; });
  }
  void wait_for_step() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return std::any_of(progress_.begin(), progress_.end(),
                         [](const SongProgress& p) { return p.step == 1; });
    });
  }

  std::shared_ptr<FakeEngineScript> script_ = std::make_shared<FakeEngineScript>();
  std::promise<Result<ModelDescription>> loaded_;
  std::promise<Error> broken_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> free_bytes_;
  std::vector<SongProgress> progress_;
  std::vector<Outcome> outcomes_;
};

TEST_F(GpuThreadTest, LoadsThenMakesTheSongsInTheirOrder) {
  GpuThread gpu(factory(), events());
  EXPECT_EQ(loaded_.get_future().get().value().name, "fake");
  gpu.submit(job("a", "sing"));
  gpu.submit(job("b", "sing"));
  wait_for_outcomes(2);
  EXPECT_EQ(outcomes_[0].lease.job.value, "a");
  EXPECT_EQ(outcomes_[1].lease.job.value, "b");
  EXPECT_EQ(outcomes_[1].song.value().song.pcm.frames, 144'000u);
}

TEST_F(GpuThreadTest, AsksWhatIsFreeBeforeTheFirstSongAndAfterEach) {
  script_->set_free(3'000);
  GpuThread gpu(factory(), events(), std::chrono::hours(1));
  ASSERT_TRUE(loaded_.get_future().get());
  EXPECT_EQ(free_bytes_, std::vector<std::uint64_t>{3'000});
  script_->set_free(2'000);
  gpu.submit(job("a", "oom"));
  wait_for_outcomes(1);
  EXPECT_EQ(free_bytes_, (std::vector<std::uint64_t>{3'000, 2'000}));
}

TEST_F(GpuThreadTest, WithoutAJobItAsksAgainWhatIsFree) {
  GpuThread gpu(factory(), events(), std::chrono::milliseconds(1));
  ASSERT_TRUE(loaded_.get_future().get());
  script_->set_free(1'000);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !free_bytes_.empty() && free_bytes_.back() == 1'000; });
}

TEST_F(GpuThreadTest, WhateverAJobThrowsTheNextOneIsServed) {
  GpuThread gpu(factory(), events());
  for (const char* prompt : {"throw", "oom", "fail", "sing"}) gpu.submit(job(prompt, prompt));
  wait_for_outcomes(4);
  EXPECT_EQ(outcomes_[0].song.error().code, ErrorCode::kInternal);
  EXPECT_EQ(outcomes_[0].song.error().message, "thrown by the engine");
  EXPECT_EQ(outcomes_[1].song.error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(outcomes_[2].song.error().message, "the engine failed");
  EXPECT_TRUE(outcomes_[3].song);
}

TEST_F(GpuThreadTest, OnlyAFailureThatTheJobDoesNotExplainAsksWhetherTheDeviceComputes) {
  GpuThread gpu(factory(), events());
  for (const char* prompt : {"oom", "wait-fail", "sing", "fail", "throw", "sing"})
    gpu.submit(job(prompt, prompt));
  script_->release();
  wait_for_outcomes(6);
  EXPECT_EQ(script_->self_tests(), 2);
}

TEST_F(GpuThreadTest, ADeviceThatBreaksIsToldAfterItsSongAndMakesNoOther) {
  GpuThread gpu(factory(), events());
  gpu.submit(job("a", "wait"));
  wait_for_step();
  gpu.submit(job("b", "break"));
  gpu.submit(job("c", "sing"));
  script_->release();
  EXPECT_EQ(broken_.get_future().get().message, "the device is gone");
  EXPECT_EQ(outcomes_.size(), 2u);
  EXPECT_EQ(outcomes_[1].song.error().message, "the engine failed");
  EXPECT_EQ(script_->songs_begun(), 2);
  EXPECT_TRUE(gpu.withdraw({{"c"}, 1}));
}

TEST_F(GpuThreadTest, AModelThatCannotBeLoadedIsReported) {
  GpuThread failing(
      []() -> Result<std::unique_ptr<Engine>> { return fail(ErrorCode::kNotFound, "no model"); }, events());
  EXPECT_EQ(loaded_.get_future().get().error().message, "no model");
}

TEST_F(GpuThreadTest, ALoaderThatThrowsIsReported) {
  GpuThread failing([]() -> Result<std::unique_ptr<Engine>> { throw std::runtime_error("torn file"); },
                    events());
  EXPECT_EQ(loaded_.get_future().get().error().message, "torn file");
}

TEST_F(GpuThreadTest, AStopEndsTheSongBetweenSteps) {
  GpuThread gpu(factory(), events());
  std::stop_source stop;
  gpu.submit(job("a", "hang", stop.get_token()));
  wait_for_step();
  stop.request_stop();
  wait_for_outcomes(1);
  EXPECT_EQ(outcomes_[0].song.error().code, ErrorCode::kCancelled);
}

TEST_F(GpuThreadTest, OnlyAJobThatHasNotBegunCanBeWithdrawn) {
  GpuThread gpu(factory(), events());
  gpu.submit(job("a", "wait"));
  wait_for_step();
  gpu.submit(job("b", "sing"));
  gpu.submit(job("c", "sing"));
  EXPECT_FALSE(gpu.withdraw({{"a"}, 1}));
  EXPECT_TRUE(gpu.withdraw({{"b"}, 1}));
  EXPECT_FALSE(gpu.withdraw({{"b"}, 1}));
  script_->release();
  wait_for_outcomes(2);
  EXPECT_EQ(outcomes_[1].lease.job.value, "c");
  EXPECT_EQ(script_->songs_begun(), 2);
}

}  // namespace
}  // namespace musicfleet::daemon
