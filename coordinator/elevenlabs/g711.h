// G.711 (ITU-T, 1988): a 16-bit sample as eight bits of µ-law or A-law. Pure, any thread.
#pragma once

#include <cstdint>

namespace musicfleet::elevenlabs {

std::uint8_t to_ulaw(std::int16_t sample);
std::uint8_t to_alaw(std::int16_t sample);

}  // namespace musicfleet::elevenlabs
