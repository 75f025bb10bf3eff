#include "worker/audio/resample.h"

#include "tests/worker/audio/tone.h"
#include "worker/audio/pcm.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

using testing::make_tone;
using testing::sample_of;
using testing::Tone;

TEST(Resample, ToTheSameRateChangesNothing) {
  const Pcm tone = make_tone(Tone{}, 1000);
  EXPECT_EQ(resample(tone, 48000)->samples, tone.samples);
}

TEST(Resample, LengthIsTheRatioRoundedToTheNearest) {
  EXPECT_EQ(resample(make_tone(Tone{}, 48000), 44100)->frames, 44100u);
  EXPECT_EQ(resample(make_tone(Tone{}, 48001), 44100)->frames, 44101u);  // 44100.92
  EXPECT_EQ(resample(make_tone(Tone{}, 48000 * 3 + 5), 8000)->frames, 24001u);
}

TEST(Resample, KeepsATone) {
  const Tone tone{.hertz = 440, .amplitude = 0.5};
  for (const int rate : {8000, 22050, 32000, 44100}) {
    const Pcm converted = *resample(make_tone(tone, 48000), rate);
    Tone expected = tone;
    expected.sample_rate_hz = rate;
    for (int channel = 0; channel < 2; ++channel) {
      const auto samples = channel_of(converted, channel);
      double worst = 0;  // away from the ends, where the filter sees the silence outside
      for (std::size_t i = samples.size() / 4; i < 3 * samples.size() / 4; ++i)
        worst = std::max(worst, std::abs(samples[i] - sample_of(expected, i)));
      EXPECT_LT(worst, 1e-5) << rate;
    }
  }
}

TEST(Resample, KeepsOutWhatTheNewRateCannotHold) {
  const Pcm converted = *resample(make_tone({.hertz = 15000, .amplitude = 0.5}, 48000), 24000);
  for (std::size_t i = 6000; i < 18000; ++i) ASSERT_LT(std::abs(converted.samples[i]), 1e-4f);
}

TEST(Resample, RefusesARateThatIsNone) { EXPECT_FALSE(resample(make_tone(Tone{}, 100), 0)); }

}  // namespace
}  // namespace musicfleet
