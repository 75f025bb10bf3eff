// The engine when memory is short: before a song, and in the middle of one, when libtorch's allocator really
// fails.

#include "tests/support/metered_allocator.h"
#include "tests/support/tiny_model.h"
#include "worker/ace_v15/engine.h"
#include "worker/ace_v15/memory_widths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace musicfleet::ace_v15 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MeteredAllocator;
using testing::TinyModel;

constexpr std::uint64_t kPlenty = std::numeric_limits<std::uint64_t>::max();
constexpr std::chrono::milliseconds kLong{6'000};  // 150 latent frames: two tiles of 128

class EngineMemory : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = std::make_unique<TinyModel>();
    ASSERT_TRUE(model_->written());
  }
  static void TearDownTestSuite() { model_.reset(); }

  std::unique_ptr<Engine> engine() {
    auto made = make_engine({.checkpoint = model_->path(), .threads = 1, .tile_frames = 128},
                            {.free_bytes = [this] { return free_; }});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }
  // Remembers how many tiles the last song was decoded in, and its stages.
  Result<Song> make(Engine& engine, std::chrono::milliseconds duration = kLong, std::uint64_t seed = 7) {
    stages_.clear();
    return engine.generate(TinyModel::job(duration, seed),
                           [this](const SongProgress& progress) {
                             stages_.push_back(progress.stage);
                             if (progress.stage == SongStage::kDecoding) tiles_ = progress.steps;
                             if (at_stage_) at_stage_(progress);
                           },
                           {});
  }
  static std::uint64_t need(std::chrono::milliseconds duration, std::uint64_t tile) {
    const std::size_t lyric_bytes = TinyModel::job(duration).lyrics.size() + 64;
    return memory_need(read_memory_widths(model_->path()).value(),
                       {model::Precision::kFp32, model::Kernels::kPacked},
                       {.frames = static_cast<std::uint64_t>(duration.count() * 25 / 1000),
                        .lyric_tokens = lyric_bytes,
                        .tile_frames = tile})
        .activations();
  }

  static std::unique_ptr<TinyModel> model_;
  std::uint64_t free_ = kPlenty;
  int tiles_ = 0;
  std::vector<SongStage> stages_;
  std::function<void(const SongProgress&)> at_stage_;
};

std::unique_ptr<TinyModel> EngineMemory::model_;

double furthest(const Song& a, const Song& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.pcm.samples.size(); ++i)
    most = std::max(most, std::abs(static_cast<double>(a.pcm.samples[i]) - b.pcm.samples[i]));
  return most;
}

TEST_F(EngineMemory, ASongThatCannotFitIsRefusedBeforeItBeginsWithBothNumbers) {
  const auto maker = engine();
  free_ = 1'000'000;
  const Result<Song> song = make(*maker);
  ASSERT_FALSE(song);
  EXPECT_EQ(song.error().code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(song.error().message, AllOf(HasSubstr("needs 0."), HasSubstr("0.001 GB are free")));
  EXPECT_THAT(stages_, IsEmpty());
  free_ = kPlenty;
  EXPECT_TRUE(make(*maker));
}

TEST_F(EngineMemory, WhereTheWantedTilesDoNotFitSmallerOnesMakeTheSameSong) {
  const auto maker = engine();
  const Result<Song> wide = make(*maker);
  ASSERT_TRUE(wide);
  EXPECT_EQ(tiles_, 2);
  free_ = need(kLong, 128) - 1;
  const Result<Song> narrow = make(*maker);
  ASSERT_TRUE(narrow) << narrow.error().message;
  EXPECT_EQ(tiles_, 4);
  ASSERT_EQ(narrow->pcm.samples.size(), wide->pcm.samples.size());
  EXPECT_LT(furthest(*wide, *narrow), 1e-5);
}

TEST_F(EngineMemory, TheModelOfNeedIsEnoughForAWholeSong) {
  MeteredAllocator meter;
  const auto maker = engine();
  for (const std::chrono::milliseconds duration : {std::chrono::milliseconds(3'000), kLong}) {
    meter.forget_peak();
    const std::uint64_t before = meter.live();
    ASSERT_TRUE(make(*maker, duration));
    EXPECT_LE(meter.peak() - before, need(duration, 128)) << duration.count();
  }
}

TEST_F(EngineMemory, WhatItTellsOfItsNeedIsEnoughForEverySongAndWhatIsFreeIsTheDevicesOwnAnswer) {
  const auto maker = engine();
  const SongMemory memory = maker->description().song_memory;
  EXPECT_GT(memory.bytes_per_second, 0u);
  const auto told = [&](std::chrono::milliseconds duration) {
    return memory.fixed_bytes +
           memory.bytes_per_second * static_cast<std::uint64_t>(duration.count()) / 1'000;
  };
  for (int seconds = 3; seconds <= 600; ++seconds)
    ASSERT_GE(told(std::chrono::seconds(seconds)), need(std::chrono::seconds(seconds), 64)) << seconds;
  free_ = told(kLong);
  EXPECT_TRUE(make(*maker, kLong));
  EXPECT_EQ(maker->free_bytes(), free_);
}

TEST_F(EngineMemory, RunningOutWhileDecodingGoesOnWithSmallerTiles) {
  const auto maker = engine();
  MeteredAllocator meter;
  std::uint64_t before = 0, limit = std::numeric_limits<std::uint64_t>::max();
  at_stage_ = [&](const SongProgress& progress) {
    if (progress.stage != SongStage::kDecoding || progress.steps != 2 || progress.step != 0) return;
    before = meter.live();
    meter.forget_peak();
    if (limit < std::numeric_limits<std::uint64_t>::max()) meter.set_limit(before + limit);
  };
  const Result<Song> whole = make(*maker);
  ASSERT_TRUE(whole);
  // Room for a tile of 64 frames and not for one of 128.
  limit = (meter.peak() - before) * 8 / 10;
  const Result<Song> song = make(*maker);
  ASSERT_TRUE(song) << song.error().message;
  EXPECT_GE(meter.refusals(), 1);
  EXPECT_EQ(tiles_, 4);
  EXPECT_LT(furthest(*whole, *song), 1e-5);
}

TEST_F(EngineMemory, RunningOutInAnyStageFailsThatSongAndLeavesTheNextAsItWouldBe) {
  const auto maker = engine();
  const Result<Song> good = make(*maker);
  ASSERT_TRUE(good);
  for (const SongStage stage : {SongStage::kConditioning, SongStage::kDenoising, SongStage::kDecoding}) {
    MeteredAllocator meter;
    at_stage_ = [&](const SongProgress& progress) {
      if (progress.stage == stage) meter.set_limit(meter.live() + 100'000);
    };
    const Result<Song> failed = make(*maker, kLong, 8);
    ASSERT_FALSE(failed) << static_cast<int>(stage);
    EXPECT_EQ(failed.error().code, ErrorCode::kOutOfMemory) << failed.error().message;
    EXPECT_GE(meter.refusals(), 1);
    at_stage_ = {};
    meter.lift_limit();
    const Result<Song> next = make(*maker);
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(next->pcm.samples, good->pcm.samples) << static_cast<int>(stage);
  }
}

TEST_F(EngineMemory, AFailedSongKeepsNoMemory) {
  const auto maker = engine();
  ASSERT_TRUE(make(*maker, std::chrono::milliseconds(3'000)));
  MeteredAllocator meter;
  const std::uint64_t before = meter.live();
  at_stage_ = [&](const SongProgress& progress) {
    if (progress.stage == SongStage::kDecoding) meter.set_limit(meter.live() + 100'000);
  };
  ASSERT_FALSE(make(*maker));
  EXPECT_EQ(meter.live(), before);
}

TEST_F(EngineMemory, AModelThatIsLargerThanWhatIsFreeIsRefusedBeforeItIsLoaded) {
  const auto made = make_engine({.checkpoint = model_->path()}, {.free_bytes = [] { return 1'000'000; }});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(made.error().message, HasSubstr("has 0.001 GB free, the model needs 0."));
}

TEST_F(EngineMemory, AModelThatDoesNotLoadForLackOfMemorySaysSo) {
  MeteredAllocator meter;
  meter.set_limit(meter.live() + 100'000);
  const auto made = make_engine({.checkpoint = model_->path(), .precision = "bf16"},
                                {.self_test = [] { return Result<>(); }});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(made.error().message, HasSubstr(model_->path().string()));
}

TEST_F(EngineMemory, ADeviceThatFailsItsSelfTestMakesNoEngine) {
  const auto made =
      make_engine({.checkpoint = model_->path()}, {.self_test = []() -> Result<> {
                    return fail(ErrorCode::kUnavailable, "the device failed its self-test: attention");
                  }});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("attention"));
}

TEST_F(EngineMemory, TheSelfTestCanBeAskedAgain) {
  int asked = 0;
  const auto made = make_engine({.checkpoint = model_->path()}, {.self_test = [&]() -> Result<> {
                                  if (++asked > 1) throw std::runtime_error("an illegal memory access");
                                  return {};
                                }});
  ASSERT_TRUE(made);
  const Result<> again = (*made)->self_test();
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message,
              AllOf(HasSubstr("self-test of cpu"), HasSubstr("illegal memory access")));
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace musicfleet::ace_v15
