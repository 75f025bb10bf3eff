#include "coordinator/elevenlabs/waveform.h"

#include <gtest/gtest.h>

#include <fstream>

namespace musicfleet::elevenlabs {
namespace {

using namespace std::chrono_literals;

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xFF);
  return text;
}

// A WAV file of two channels at 8 kHz: silence but for these samples of both channels.
std::filesystem::path wav(int frames, std::initializer_list<std::pair<int, std::pair<int, int>>> samples) {
  std::string data(static_cast<std::size_t>(frames) * 4, '\0');
  for (const auto& [frame, pair] : samples)
    data.replace(static_cast<std::size_t>(frame) * 4, 4,
                 number(static_cast<std::uint16_t>(pair.first), 2) +
                     number(static_cast<std::uint16_t>(pair.second), 2));
  const std::filesystem::path path = testing::TempDir() + "waveform_test.wav";
  std::ofstream(path, std::ios::binary)
      << "RIFF" << number(static_cast<std::uint32_t>(data.size() + 36), 4) << "WAVEfmt " << number(16, 4)
      << number(1, 2) << number(2, 2) << number(8000, 4) << number(32000, 4) << number(4, 2) << number(16, 2)
      << "data" << number(static_cast<std::uint32_t>(data.size()), 4) << data;
  return path;
}

TEST(Waveform, HasTheGreatestSampleOfEachQuarterOfASecond) {
  const auto outline = measure_waveform(
      wav(8000, {{10, {16384, 16384}}, {20, {-8192, -8192}}, {2000, {-32768, -32768}}, {6000, {16384, 0}}}),
      1s);
  ASSERT_TRUE(outline) << outline.error().message;
  EXPECT_EQ(*outline, (std::vector<int>{500, -1000, 0, 250}));
}

TEST(Waveform, IsAsLongAsTheSongWhateverTheFileHasMore) {
  EXPECT_EQ(measure_waveform(wav(8000, {}), 500ms)->size(), 2u);
  EXPECT_EQ(measure_waveform(wav(800, {}), 1001ms)->size(), 5u);
}

TEST(Waveform, WhatIsNoSoundIsCorrupt) {
  const std::filesystem::path path = testing::TempDir() + "waveform_test.txt";
  std::ofstream(path) << "no sound";
  EXPECT_EQ(measure_waveform(path, 1s).error().code, ErrorCode::kCorrupt);
}

TEST(Waveform, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(measure_waveform("/nowhere/song.mp3", 1s).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace musicfleet::elevenlabs
