// A composition plan: what a song is made of, section by section. Both forms of the ElevenLabs API, sections
// and chunks, become this one. Plain values, any thread.
#pragma once

#include "coordinator/elevenlabs/music_model.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace musicfleet::elevenlabs {

using std::chrono::milliseconds;

struct Section {
  std::string name = {};  // "Verse 1"; empty only for a chunk whose text begins without a mark
  std::vector<std::string> positive_styles = {};
  std::vector<std::string> negative_styles = {};
  milliseconds duration{0};
  std::vector<std::string> lines = {};  // that are sung

  bool operator==(const Section&) const = default;
};

struct Plan {
  Generation generation = Generation::kV1;
  std::vector<std::string> positive_styles = {};  // of the whole song; of chunks it has none
  std::vector<std::string> negative_styles = {};
  std::vector<Section> sections = {};

  bool operator==(const Plan&) const = default;
};

milliseconds length_of(const Plan& plan);
bool is_sung(const Plan& plan);

// Splits `total` in proportion to `weights`, to the millisecond; the sum is exact.
std::vector<milliseconds> shares(milliseconds total, const std::vector<std::int64_t>& weights);

}  // namespace musicfleet::elevenlabs
