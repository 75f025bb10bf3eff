#include "worker/audio/encoder.h"

#include "tests/support/temporary_folder.h"
#include "tests/worker/audio/tone.h"

#include <gmock/gmock.h>
#include <sndfile.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;
using testing::make_tone;
using testing::sample_of;
using testing::TemporaryFolder;
using testing::Tone;

constexpr std::size_t kFrames = 2 * 48000 + 77;
const SongTags kTags{"Night Drive", "musicfleet 0.1.0", "tiny", "ace_v15", "turbo", 7};

struct Decoded {
  SF_INFO info{};
  std::vector<float> samples;  // interleaved
};

Decoded decode(const std::filesystem::path& path) {
  Decoded decoded;
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &decoded.info),
                                                         sf_close);
  if (!file) throw std::runtime_error(sf_strerror(nullptr));
  decoded.samples.resize(static_cast<std::size_t>(decoded.info.frames * decoded.info.channels));
  decoded.samples.resize(static_cast<std::size_t>(
      sf_readf_float(file.get(), decoded.samples.data(), decoded.info.frames) * decoded.info.channels));
  return decoded;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// The largest difference from the tone in the middle half of the first channel.
double worst_difference(const Decoded& decoded, Tone tone) {
  tone.sample_rate_hz = decoded.info.samplerate;
  const auto channels = static_cast<std::size_t>(decoded.info.channels);
  const std::size_t frames = decoded.samples.size() / channels;
  double worst = 0;
  for (std::size_t i = frames / 4; i < 3 * frames / 4; ++i)
    worst = std::max(worst, std::abs(decoded.samples[i * channels] - sample_of(tone, i)));
  return worst;
}

// Each format, and how far the decoded audio may be from what was encoded.
struct FormatCase {
  std::string name;
  AudioFormat format;
  double tolerance;
};

void PrintTo(const FormatCase& one, std::ostream* out) { *out << one.name; }

const FormatCase kFormats[] = {
    {"Wav", {AudioContainer::kWav, 48000, 0}, 0.51 / 32768},
    {"Wav44100", {AudioContainer::kWav, 44100, 0}, 0.6 / 32768},
    {"Flac", {AudioContainer::kFlac, 48000, 0}, 0.51 / 32768},
    {"Flac8000", {AudioContainer::kFlac, 8000, 0}, 0.6 / 32768},
    {"Mp3", {AudioContainer::kMp3, 48000, 0}, 0.01},
    {"Mp3At24000", {AudioContainer::kMp3, 24000, 64}, 0.02},
    {"Opus", {AudioContainer::kOpus, 48000, 0}, 0.02},
    {"OpusAt24000", {AudioContainer::kOpus, 24000, 64}, 0.02},
};

class EveryFormat : public ::testing::TestWithParam<FormatCase> {
 protected:
  const Tone tone_{.hertz = 440, .amplitude = 0.25};
  const Pcm pcm_ = make_tone(tone_, kFrames);
  const TemporaryFolder folder_;
};

TEST_P(EveryFormat, DecodesToTheSameAudioOfTheSameLength) {
  const AudioFormat& format = GetParam().format;
  const auto encoded = encode_song(pcm_, format, kTags, folder_ / "song");
  ASSERT_TRUE(encoded) << encoded.error().message;
  EXPECT_EQ(encoded->size_bytes, std::filesystem::file_size(folder_ / "song"));
  EXPECT_NEAR(encoded->true_peak_dbtp, 20 * std::log10(0.25), 0.1);
  EXPECT_NEAR(encoded->loudness_lufs, 20 * std::log10(0.25), 1.0);

  const Decoded decoded = decode(folder_ / "song");
  EXPECT_EQ(decoded.info.channels, 2);
  EXPECT_EQ(decoded.info.samplerate, format.sample_rate_hz);
  EXPECT_EQ(decoded.info.frames, std::llround(1.0 * kFrames * format.sample_rate_hz / 48000));
  EXPECT_EQ(decoded.samples.size(), static_cast<std::size_t>(decoded.info.frames * 2));
  EXPECT_LE(worst_difference(decoded, tone_), GetParam().tolerance);
}

TEST_P(EveryFormat, EqualAudioMakesEqualBytes) {
  ASSERT_TRUE(encode_song(pcm_, GetParam().format, kTags, folder_ / "first"));
  ASSERT_TRUE(encode_song(pcm_, GetParam().format, kTags, folder_ / "second"));
  const std::string first = bytes_of(folder_ / "first");
  EXPECT_GT(first.size(), 1000u);
  EXPECT_TRUE(first == bytes_of(folder_ / "second"));
}

TEST_P(EveryFormat, TakesMonoToo) {
  ASSERT_TRUE(encode_song(make_tone({.channels = 1}, kFrames), GetParam().format, kTags, folder_ / "song"));
  EXPECT_EQ(decode(folder_ / "song").info.channels, 1);
}

TEST_P(EveryFormat, NamesTheFileThatCannotBeWritten) {
  const auto encoded = encode_song(pcm_, GetParam().format, kTags, folder_ / "no" / "such.folder");
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(encoded.error().message, HasSubstr("such.folder"));
}

INSTANTIATE_TEST_SUITE_P(Table, EveryFormat, ::testing::ValuesIn(kFormats),
                         [](const auto& param) { return param.param.name; });

// The bit rate of a frame in the middle of the file; 0 where there is none.
int mp3_bit_rate_kbps(const std::filesystem::path& path) {
  static constexpr int kMpeg1[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
  static constexpr int kMpeg2[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
  const std::string bytes = bytes_of(path);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes.at(i)); };
  for (std::size_t i = bytes.size() / 2; i + 2 < bytes.size(); ++i) {
    // 11 bits of sync, then the version, layer III, no CRC (ISO/IEC 11172-3, section 2.4.1.3).
    if (byte(i) != 0xFF || (byte(i + 1) & 0xE6) != 0xE2) continue;
    const bool mpeg1 = (byte(i + 1) & 0x18) == 0x18;
    const std::size_t index = byte(i + 2) >> 4;
    if (const int rate = mpeg1 ? kMpeg1[index] : kMpeg2[index]; rate > 0) return rate;
  }
  return 0;
}

TEST(Mp3, HasTheConstantBitRateThatWasAskedFor) {
  const TemporaryFolder folder;
  const Pcm pcm = make_tone({.hertz = 440, .amplitude = 0.25}, 48000);
  const auto bit_rate_of = [&](int sample_rate_hz, int kbps) {
    const auto encoded =
        encode_song(pcm, {AudioContainer::kMp3, sample_rate_hz, kbps}, kTags, folder / "song.mp3");
    EXPECT_TRUE(encoded) << encoded.error().message;
    return encoded ? mp3_bit_rate_kbps(folder / "song.mp3") : 0;
  };
  for (const int kbps : {32, 48, 64, 96, 128, 160, 192, 256, 320}) EXPECT_EQ(bit_rate_of(44100, kbps), kbps);
  for (const int kbps : {32, 48, 64, 96, 128, 160}) EXPECT_EQ(bit_rate_of(24000, kbps), kbps);
  for (const int kbps : {32, 64}) EXPECT_EQ(bit_rate_of(8000, kbps), kbps);
}

TEST(Mp3, HasABitRateThatLayerIIILacksOnAverage) {
  const TemporaryFolder folder;
  Pcm pcm = make_tone({.hertz = 440, .amplitude = 0.25}, 480000);
  // Noise is as hard to encode everywhere, so that the encoder has no reason to save.
  std::minstd_rand noise(1);
  for (float& sample : pcm.samples) sample += std::uniform_real_distribution<float>(-0.5F, 0.5F)(noise);
  const auto encoded = encode_song(pcm, {AudioContainer::kMp3, 48000, 240}, kTags, folder / "song.mp3");
  ASSERT_TRUE(encoded) << encoded.error().message;
  const double kbps = static_cast<double>(encoded->size_bytes) * 8 / 1000 / pcm.seconds();
  EXPECT_NEAR(kbps, 240, 12);
}

TEST(BitRate, DefaultsToWhatTheContainerIsGoodWith) {
  EXPECT_EQ(bit_rate_kbps_of({AudioContainer::kMp3, 44100, 0}), 192);
  EXPECT_EQ(bit_rate_kbps_of({AudioContainer::kMp3, 24000, 0}), 160);
  EXPECT_EQ(bit_rate_kbps_of({AudioContainer::kMp3, 8000, 0}), 64);
  EXPECT_EQ(bit_rate_kbps_of({AudioContainer::kOpus, 48000, 0}), 128);
  EXPECT_EQ(bit_rate_kbps_of({AudioContainer::kOpus, 48000, 96}), 96);
  EXPECT_EQ(bit_rate_kbps_of({AudioContainer::kWav, 48000, 0}), 0);
}

TEST(Opus, SizeFollowsTheBitRate) {
  const TemporaryFolder folder;
  const Pcm pcm = make_tone({.hertz = 440, .amplitude = 0.25}, 5 * 48000);
  const auto small = encode_song(pcm, {AudioContainer::kOpus, 48000, 16}, kTags, folder / "small");
  const auto large = encode_song(pcm, {AudioContainer::kOpus, 48000, 256}, kTags, folder / "large");
  EXPECT_GT(large->size_bytes, 4 * small->size_bytes);
}

TEST(Encoder, ClampsInsteadOfWrapping) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      encode_song(Pcm{48000, 1, 4, {2.0f, -2.0f, 1.0f, -1.0f}}, AudioFormat{}, kTags, folder / "loud.wav"));
  EXPECT_THAT(decode(folder / "loud.wav").samples,
              ::testing::ElementsAre(32767.0f / 32768, -1.0f, 32767.0f / 32768, -1.0f));
}

TEST(Encoder, RefusesBrokenAudioAndLeavesTheOldFile) {
  const TemporaryFolder folder;
  std::ofstream(folder / "song.wav") << "old";
  Pcm pcm = make_tone(Tone{}, 1000);
  pcm.samples[5] = std::nanf("");
  const auto encoded = encode_song(pcm, AudioFormat{}, kTags, folder / "song.wav");
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, ErrorCode::kInternal);
  EXPECT_EQ(bytes_of(folder / "song.wav"), "old");
}

TEST(Encoder, ReplacesAnOlderFileAndLeavesNoOther) {
  const TemporaryFolder folder;
  std::ofstream(folder / "song.wav") << "old";
  ASSERT_TRUE(encode_song(make_tone(Tone{}, 1000), AudioFormat{}, kTags, folder / "song.wav"));
  EXPECT_EQ(decode(folder / "song.wav").info.frames, 1000);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Encoder, RefusesAFolderAsDestinationAndRemovesWhatItWrote) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "song.wav" / "inside");
  EXPECT_FALSE(encode_song(make_tone(Tone{}, 1000), AudioFormat{}, kTags, folder / "song.wav"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace musicfleet
