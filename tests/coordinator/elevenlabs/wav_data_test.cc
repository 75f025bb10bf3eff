#include "coordinator/elevenlabs/wav_data.h"

#include <gtest/gtest.h>

#include <fstream>

namespace musicfleet::elevenlabs {
namespace {

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xFF);
  return text;
}
std::string chunk(const std::string& name, const std::string& body) {
  return name + number(static_cast<std::uint32_t>(body.size()), 4) + body +
         (body.size() % 2 == 1 ? "\0" : "");
}
std::string format_chunk(std::uint32_t coding = 1, std::uint32_t bits = 16) {
  return chunk("fmt ", number(coding, 2) + number(2, 2) + number(8000, 4) + number(32000, 4) + number(4, 2) +
                           number(bits, 2));
}

Result<WavData> find_in(const std::string& chunks, const std::string& form = "WAVE") {
  const std::filesystem::path path = testing::TempDir() + "wav_data_test.wav";
  std::ofstream(path, std::ios::binary)
      << "RIFF" << number(static_cast<std::uint32_t>(chunks.size() + 4), 4) << form << chunks;
  auto found = find_wav_data(path);
  std::filesystem::remove(path);
  return found;
}

TEST(WavData, FindsTheSamplesAmongOtherChunks) {
  const auto found =
      find_in(chunk("LIST", "abcd") + format_chunk() + chunk("data", "12345678") + chunk("ID3 ", "x"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->offset, 12u + 12 + 24 + 8);
  EXPECT_EQ(found->bytes, 8u);
  EXPECT_EQ(found->channels, 2);
}

TEST(WavData, RefusesWhatIsNoWavOf16BitSamples) {
  EXPECT_EQ(find_in(format_chunk() + chunk("data", "1234"), "AIFF").error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(find_in(format_chunk(3) + chunk("data", "1234")));
  EXPECT_FALSE(find_in(format_chunk(1, 24) + chunk("data", "1234")));
  EXPECT_FALSE(find_in(format_chunk()));
  EXPECT_FALSE(find_in(chunk("data", "1234")));
  EXPECT_FALSE(find_in(format_chunk() + "data" + number(1000, 4) + "cut"));
}

TEST(WavData, TellsAFileThatIsNotThereFromOneThatCannotBeRead) {
  EXPECT_EQ(find_wav_data("/nowhere/song.wav").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(find_wav_data("/").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace musicfleet::elevenlabs
