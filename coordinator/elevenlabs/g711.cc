#include "coordinator/elevenlabs/g711.h"

#include <algorithm>
#include <bit>

namespace musicfleet::elevenlabs {
namespace {

// The position of the highest bit that is set.
int top_bit(unsigned magnitude) { return std::bit_width(magnitude) - 1; }

}  // namespace

std::uint8_t to_ulaw(std::int16_t sample) {
  constexpr int kBias = 132, kClip = 32635;  // of 16 bits: 33 and 8159 of the 14 that µ-law keeps
  const int magnitude = std::min(sample < 0 ? -static_cast<int>(sample) : sample, kClip) + kBias;
  const int segment = top_bit(static_cast<unsigned>(magnitude)) - 7;
  const int step = (magnitude >> (segment + 3)) & 0x0F;
  const int sign = sample < 0 ? 0x80 : 0;
  return static_cast<std::uint8_t>(~(sign | segment << 4 | step));
}

std::uint8_t to_alaw(std::int16_t sample) {
  // A-law keeps 13 bits; a negative sample is counted from −1 down.
  const int thirteen = sample >> 3;
  const int magnitude = thirteen < 0 ? -thirteen - 1 : thirteen;
  const int segment = magnitude < 32 ? 0 : top_bit(static_cast<unsigned>(magnitude)) - 4;
  const int step = (segment < 2 ? magnitude >> 1 : magnitude >> segment) & 0x0F;
  const int sign = thirteen < 0 ? 0 : 0x80;
  return static_cast<std::uint8_t>((sign | segment << 4 | step) ^ 0x55);
}

}  // namespace musicfleet::elevenlabs
