#include "worker/audio/loudness.h"

#include "tests/worker/audio/tone.h"

#include <gtest/gtest.h>

#include <limits>

namespace musicfleet {
namespace {

using testing::make_tone;
using testing::Tone;

constexpr std::size_t kFiveSeconds = 5 * 48000;

// BS.1770: the K filter's gain at 997 Hz cancels the constant -0.691, so a sine of amplitude A reads 20
// log10(A) in stereo and 3.01 dB less in mono.
TEST(Loudness, OfA997HertzSineIsItsLevel) {
  EXPECT_NEAR(measure_loudness(make_tone(Tone{}, kFiveSeconds))->integrated_lufs, -20.0, 0.05);
  EXPECT_NEAR(measure_loudness(make_tone({.channels = 1}, kFiveSeconds))->integrated_lufs, -23.01, 0.05);
  EXPECT_NEAR(measure_loudness(make_tone({.amplitude = 0.01}, kFiveSeconds))->integrated_lufs, -40.0, 0.05);
}

TEST(Loudness, TruePeakIsFoundBetweenTheSamples) {
  // A quarter of the sample rate, an eighth of a turn off: every sample is 3 dB below the peak.
  const Tone tone{.hertz = 12000, .amplitude = 0.5, .phase = std::numbers::pi / 4};
  EXPECT_NEAR(measure_loudness(make_tone(tone, kFiveSeconds))->true_peak_dbtp, 20 * std::log10(0.5), 0.3);
}

TEST(Loudness, OfSilenceIsMinusInfinity) {
  const auto silence = measure_loudness(Pcm{48000, 2, kFiveSeconds, std::vector<float>(2 * kFiveSeconds)});
  ASSERT_TRUE(silence);
  EXPECT_EQ(silence->integrated_lufs, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(silence->true_peak_dbtp, -std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace musicfleet
