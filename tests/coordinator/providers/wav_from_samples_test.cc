#include "coordinator/providers/wav_from_samples.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;

class WavFromSamplesTest : public ::testing::Test {
 protected:
  Result<WavFile> make(const std::string& samples, std::optional<std::chrono::milliseconds> length) {
    std::ofstream(folder / "raw", std::ios::binary) << samples;
    return wav_from_samples(folder / "raw", folder / "wav",
                            {"{}", "pcm_8000", {AudioContainer::kWav, 8000, 0}, length});
  }
  std::string written() {
    std::ifstream file(folder / "wav", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  musicfleet::testing::TemporaryFolder folder;
};

TEST_F(WavFromSamplesTest, PutsAHeaderBeforeTheSamples) {
  const std::string samples(32'000, '\x05');
  const WavFile wav = make(samples, 1s).value();
  EXPECT_EQ(wav.channels, 2);
  EXPECT_EQ(wav.duration, 1s);
  EXPECT_EQ(wav.size_bytes, 32'044u);
  const std::string file = written();
  EXPECT_EQ(wav.sha256, sha256(file));
  EXPECT_EQ(file.substr(44), samples);
  // RIFF, 32,036 bytes, WAVE; fmt, 16 bytes: PCM, 2 channels, 8,000 Hz, 32,000 bytes a second, 4 a frame, 16
  // bits; data, 32,000 bytes.
  EXPECT_EQ(file.substr(0, 44),
            std::string("RIFF\x24\x7d\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0"
                        "\x04\0\x10\0data\0\x7d\0\0",
                        44));
}

TEST_F(WavFromSamplesTest, TellsOneChannelFromTwoByTheLengthThatWasOrdered) {
  EXPECT_EQ(make(std::string(16'000, '\0'), 1s)->channels, 1);
  EXPECT_EQ(make(std::string(15'000, '\0'), 1s)->channels, 1);
  EXPECT_EQ(make(std::string(30'000, '\0'), 1s)->channels, 2);
  EXPECT_EQ(make(std::string(30'000, '\0'), std::nullopt)->channels, 2) << "the vendor chose the length";
  EXPECT_EQ(make(std::string(30'002, '\0'), 1s)->channels, 1) << "no whole number of pairs";
}

TEST_F(WavFromSamplesTest, LongSongsAreCopiedWhole) {
  const std::string samples(5'000'002, '\x07');
  const WavFile wav = make(samples, std::nullopt).value();
  EXPECT_EQ(wav.size_bytes, 5'000'046u);
  EXPECT_EQ(wav.sha256, sha256(written()));
}

TEST_F(WavFromSamplesTest, AFileThatIsNotThereIsAnError) {
  const auto none = wav_from_samples(folder / "raw", folder / "wav", {});
  EXPECT_EQ(none.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace musicfleet::providers
