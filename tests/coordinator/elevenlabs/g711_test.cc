#include "coordinator/elevenlabs/g711.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace musicfleet::elevenlabs {
namespace {

// The decoders of ITU-T G.711's tables, written down independently of the encoders.
int from_ulaw(std::uint8_t code) {
  code = static_cast<std::uint8_t>(~code);
  const int magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4);
  return (code & 0x80) != 0 ? 0x84 - magnitude : magnitude - 0x84;
}
int from_alaw(std::uint8_t code) {
  code ^= 0x55;
  const int segment = (code & 0x70) >> 4;
  const int step = (code & 0x0F) << 4;
  const int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return (code & 0x80) != 0 ? magnitude : -magnitude;
}

TEST(G711, HasTheCodesOfTheStandard) {
  EXPECT_EQ(to_ulaw(0), 0xFF);
  EXPECT_EQ(to_ulaw(32767), 0x80);
  EXPECT_EQ(to_ulaw(-32768), 0x00);
  EXPECT_EQ(to_alaw(0), 0xD5);
  EXPECT_EQ(to_alaw(-1), 0x55);
  EXPECT_EQ(to_alaw(32767), 0xAA);
  EXPECT_EQ(to_alaw(-32768), 0x2A);
}

TEST(G711, EverySampleComesBackWithinHalfAStep) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    // A step is a sixteenth of its segment; the lowest segments are linear.
    const double step = std::max(16.0, std::abs(sample) / 16.0 + 9);
    const auto as_sample = static_cast<std::int16_t>(sample);
    ASSERT_LE(std::abs(from_alaw(to_alaw(as_sample)) - sample), step) << sample;
    if (std::abs(sample) <= 32635) {
      ASSERT_LE(std::abs(from_ulaw(to_ulaw(as_sample)) - sample), step) << sample;
    }
  }
}

}  // namespace
}  // namespace musicfleet::elevenlabs
