#include "worker/audio/least_length_engine.h"

#include "tests/worker/audio/tone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace musicfleet {
namespace {

using std::chrono::milliseconds;

// Plays a tone as long as it is asked for, and remembers what that was.
class ToneEngine final : public Engine {
 public:
  explicit ToneEngine(JobSpec& asked) : asked_(asked) {}

  const ModelDescription& description() const override { return description_; }
  Result<Song> generate(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                        std::stop_token stop) override {
    asked_ = spec;
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
    report({.stage = SongStage::kDecoding});
    return Song{
        .pcm = testing::make_tone({.amplitude = 0.89}, static_cast<std::size_t>(spec.duration.count() * 48)),
        .warnings = {"lyrics were cut"}};
  }
  std::uint64_t free_bytes() override { return 17; }
  Result<> self_test() override { return fail(ErrorCode::kInternal, "broken"); }

 private:
  JobSpec& asked_;
  ModelDescription description_{.name = "tone",
                                .family = "test",
                                .variant = "",
                                .device = "cpu",
                                .song_memory = {.fixed_bytes = 1'000, .bytes_per_second = 100}};
};

class LeastLengthEngineTest : public ::testing::Test {
 protected:
  Result<Song> make(milliseconds duration, std::stop_token stop = {}) {
    JobSpec spec;
    spec.prompt = "a waltz";
    spec.seed = 5;
    spec.duration = duration;
    return engine_.generate(
        spec, [this](const SongProgress&) { ++reports_; }, std::move(stop));
  }

  JobSpec asked_;
  int reports_ = 0;
  LeastLengthEngine engine_{std::make_unique<ToneEngine>(asked_), milliseconds(10'000)};
};

float loudest(const Pcm& pcm, std::size_t begin, std::size_t end) {
  float peak = 0;
  for (int channel = 0; channel < pcm.channels; ++channel)
    for (std::size_t i = begin; i < end; ++i)
      peak = std::max(peak, std::abs(pcm.samples[static_cast<std::size_t>(channel) * pcm.frames + i]));
  return peak;
}

TEST_F(LeastLengthEngineTest, AShortSongIsMadeAsLongAsTheModelNeedsAndCutToTheMillisecond) {
  const auto song = make(milliseconds(3'217));
  ASSERT_TRUE(song);
  EXPECT_EQ(asked_.duration, milliseconds(10'000));
  EXPECT_EQ(asked_.prompt, "a waltz");
  EXPECT_EQ(asked_.seed, 5u);
  EXPECT_EQ(song->pcm.frames, 3'217u * 48);
  EXPECT_EQ(song->pcm.samples.size(), 2u * 3'217 * 48);
  EXPECT_EQ(song->warnings, std::vector<std::string>{"lyrics were cut"});
  EXPECT_EQ(reports_, 1);
}

TEST_F(LeastLengthEngineTest, TheCutIsAFadeOfASecondIntoSilenceThatLeavesTheRestAsItWas) {
  const auto song = make(milliseconds(3'000));
  ASSERT_TRUE(song);
  const Pcm& pcm = song->pcm;
  const Pcm whole = testing::make_tone({.amplitude = 0.89}, 480'000);
  for (const int channel : {0, 1}) {
    const auto kept = pcm.samples.begin() + static_cast<std::ptrdiff_t>(pcm.frames) * channel;
    const auto made = whole.samples.begin() + static_cast<std::ptrdiff_t>(whole.frames) * channel;
    EXPECT_TRUE(std::equal(kept, kept + 96'000, made)) << "channel " << channel;
  }
  EXPECT_NEAR(loudest(pcm, 119'800, 120'200), 0.89 / 2, 0.01);  // half way
  EXPECT_LT(loudest(pcm, 143'900, 144'000), 1e-5);
  EXPECT_EQ(pcm.samples[pcm.frames - 1], 0);
  EXPECT_EQ(pcm.samples.back(), 0);
}

TEST_F(LeastLengthEngineTest, ALongEnoughSongPassesThroughUntouched) {
  for (const milliseconds duration : {milliseconds(10'000), milliseconds(10'001)}) {
    const auto song = make(duration);
    ASSERT_TRUE(song);
    EXPECT_EQ(asked_.duration, duration);
    EXPECT_EQ(
        song->pcm.samples,
        testing::make_tone({.amplitude = 0.89}, static_cast<std::size_t>(duration.count() * 48)).samples);
  }
}

TEST_F(LeastLengthEngineTest, AStopReachesTheModel) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(make(milliseconds(3'000), stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST_F(LeastLengthEngineTest, AShortSongsMemoryIsThatOfTheLongerOneThatIsMade) {
  const SongMemory memory = engine_.description().song_memory;
  EXPECT_EQ(memory.bytes_per_second, 100u);
  // 3 seconds are asked for, 10 are made: 1000 + 100 × 10.
  EXPECT_EQ(memory.fixed_bytes + 3 * memory.bytes_per_second, 2'000u);
  EXPECT_EQ(engine_.description().name, "tone");
}

TEST_F(LeastLengthEngineTest, TheDevicesAnswersAreTheModels) {
  EXPECT_EQ(engine_.free_bytes(), 17u);
  EXPECT_EQ(engine_.self_test().error().message, "broken");
}

}  // namespace
}  // namespace musicfleet
