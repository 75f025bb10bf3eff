#include "worker/audio/pcm.h"

#include <gmock/gmock.h>

#include <limits>

namespace musicfleet {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;

const Pcm kFour{48000, 2, 4, {0, 1, 2, 3, 10, 11, 12, 13}};

TEST(Pcm, TrimKeepsTheBeginningOfEveryChannel) {
  const Pcm shorter = trimmed(kFour, 3);
  EXPECT_EQ(shorter.frames, 3u);
  EXPECT_THAT(shorter.samples, ElementsAre(0, 1, 2, 10, 11, 12));
  EXPECT_EQ(trimmed(kFour, 9).samples, kFour.samples);
}

TEST(Pcm, ACutFadesTheEndOfEveryChannelAndIsAsLoudAsTheWhole) {
  const Pcm whole{48000, 2, 6, {1, 1, 1, 1, 1, -4, 2, 2, 2, 2, 2, 2}};
  const Pcm cut = cut_with_fade(whole, 4, 2);
  EXPECT_EQ(cut.frames, 4u);
  EXPECT_THAT(cut.samples, ElementsAre(2, 2, FloatEq(1), 0, 4, 4, FloatEq(2), 0));
  EXPECT_EQ(cut_with_fade(whole, 6, 2).samples, whole.samples);
}

TEST(Pcm, SilenceStaysSilentWhenItIsCut) {
  EXPECT_THAT(cut_with_fade(Pcm{48000, 1, 3, {0, 0, 5}}, 2, 9).samples, ElementsAre(0, 0));
}

TEST(Pcm, InterleavesPartOfTheChannels) { EXPECT_THAT(interleaved(kFour, 1, 2), ElementsAre(1, 11, 2, 12)); }

TEST(Pcm, RoundsTo16BitsAndClamps) {
  EXPECT_EQ(to_int16(0.0f), 0);
  EXPECT_EQ(to_int16(1.0f), 32767);
  EXPECT_EQ(to_int16(-1.0f), -32768);
  EXPECT_EQ(to_int16(7.0f), 32767);
  EXPECT_EQ(to_int16(-7.0f), -32768);
  EXPECT_EQ(to_int16(100.4f / 32768), 100);
  EXPECT_EQ(to_int16(-100.6f / 32768), -101);
}

TEST(Pcm, AcceptsAudioAndRefusesEverythingElse) {
  EXPECT_TRUE(check_pcm(kFour));
  const auto complaint = [](auto spoil) {
    Pcm pcm = kFour;
    spoil(pcm);
    const Result<> checked = check_pcm(pcm);
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_THAT(complaint([](Pcm& p) { p.samples.pop_back(); }), HasSubstr("has 7 samples"));
  EXPECT_THAT(complaint([](Pcm& p) { p.channels = 3; }), HasSubstr("3 channels"));
  EXPECT_THAT(complaint([](Pcm& p) { p.sample_rate_hz = 0; }), HasSubstr("sample rate of 0"));
  EXPECT_THAT(complaint([](Pcm& p) { p = Pcm{}; }), HasSubstr("without samples"));
  EXPECT_THAT(complaint([](Pcm& p) { p.samples[3] = std::numeric_limits<float>::quiet_NaN(); }),
              HasSubstr("finite"));
  EXPECT_THAT(complaint([](Pcm& p) { p.samples[3] = -std::numeric_limits<float>::infinity(); }),
              HasSubstr("finite"));
}

}  // namespace
}  // namespace musicfleet
