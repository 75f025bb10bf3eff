#include "common/model/memory_line.h"

#include <gtest/gtest.h>

namespace musicfleet::model {
namespace {

constexpr double kFramesPerSecond = 25;
constexpr std::uint64_t kLongest = 15'000;  // 600 s

// Of the size of a published checkpoint.
ModelWidths widths() {
  return {.parameters = 3'000'000'000,
          .text = {1'024, 3'072, 16, 8, 128, 28},
          .condition = {2'048, 6'144, 16, 8, 128, 8},
          .transformer = {2'048, 6'144, 16, 8, 128, 24},
          .window = 128,
          .patch_frames = 2,
          .latent_channels = 64,
          .audio_channels = 2,
          .hop = 1'920,
          .decoder_values = 245'760};
}

class MemoryLineTest : public ::testing::TestWithParam<Placement> {
 protected:
  static double need(std::uint64_t frames, bool guided) {
    const SongShape song{.frames = frames, .guided = guided, .tile_frames = 64};
    return static_cast<double>(memory_need(widths(), GetParam(), song).activations());
  }
  static double told(const MemoryLine& line, double seconds) {
    return static_cast<double>(line.fixed_bytes) + static_cast<double>(line.bytes_per_second) * seconds;
  }
};

TEST_P(MemoryLineTest, IsNeverBelowTheNeedOfASongAndNotFarAbove) {
  for (const bool guided : {false, true}) {
    const MemoryLine line = memory_line(
        widths(), GetParam(), {.frames = kLongest, .guided = guided, .tile_frames = 64}, kFramesPerSecond);
    for (std::uint64_t frames = 1; frames <= kLongest; ++frames) {
      // The shortest song that takes so many frames.
      const double seconds = static_cast<double>(frames - 1) / kFramesPerSecond;
      ASSERT_GE(told(line, seconds), need(frames, guided)) << frames;
    }
    EXPECT_LE(told(line, 600), 1.1 * need(kLongest, guided));
    EXPECT_LE(told(line, 30), 1.5 * need(750, guided));
  }
}

INSTANTIATE_TEST_SUITE_P(Everywhere, MemoryLineTest,
                         ::testing::Values(Placement{Precision::kFp32, Kernels::kPacked},
                                           Placement{Precision::kBf16, Kernels::kPlain}));

}  // namespace
}  // namespace musicfleet::model
