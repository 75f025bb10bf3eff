#include "coordinator/elevenlabs/output_format.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

TEST(OutputFormat, EveryNameIsAFormatThatWorkersEncode) {
  ASSERT_EQ(output_format_names().size(), 26u);
  for (const std::string_view name : output_format_names())
    for (const Generation generation : {Generation::kV1, Generation::kV2}) {
      const auto format = output_format_of(name, generation);
      ASSERT_TRUE(format) << name;
      JobSpec spec;
      spec.prompt = "x";
      spec.format = format->stored;
      EXPECT_TRUE(validate(spec)) << name << ": " << validate(spec).error().message;
      EXPECT_EQ(format->media_type().substr(0, 6), "audio/") << name;
    }
}

TEST(OutputFormat, ReadsCodecRateAndBitRate) {
  const auto mp3 = output_format_of("mp3_22050_32", Generation::kV1);
  ASSERT_TRUE(mp3);
  EXPECT_EQ(mp3->stored, (AudioFormat{AudioContainer::kMp3, 22050, 32}));
  EXPECT_EQ(mp3->media_type(), "audio/mpeg");
  EXPECT_EQ(mp3->extension(), "mp3");
  const auto opus = output_format_of("opus_48000_96", Generation::kV1);
  ASSERT_TRUE(opus);
  EXPECT_EQ(opus->stored, (AudioFormat{AudioContainer::kOpus, 48000, 96}));
  const auto pcm = output_format_of("pcm_16000", Generation::kV1);
  ASSERT_TRUE(pcm);
  EXPECT_EQ(pcm->stored, (AudioFormat{AudioContainer::kWav, 16000, 0}));
  EXPECT_EQ(pcm->delivery, Delivery::kPcm);
  EXPECT_EQ(output_format_of("ulaw_8000", Generation::kV1)->delivery, Delivery::kUlaw);
  EXPECT_EQ(output_format_of("alaw_8000", Generation::kV1)->delivery, Delivery::kAlaw);
}

TEST(OutputFormat, AutoDependsOnTheModelsGeneration) {
  EXPECT_EQ(output_format_of("auto", Generation::kV1)->name, "mp3_44100_128");
  EXPECT_EQ(output_format_of("auto", Generation::kV2)->name, "mp3_48000_192");
}

TEST(OutputFormat, KnowsNoOther) {
  for (const char* name : {"", "mp3", "mp3_44100_129", "MP3_44100_128", "wav_44100"})
    EXPECT_FALSE(output_format_of(name, Generation::kV1)) << name;
}

}  // namespace
}  // namespace musicfleet::elevenlabs
