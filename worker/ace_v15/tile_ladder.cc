#include "worker/ace_v15/tile_ladder.h"

#include <algorithm>
#include <cstdio>

namespace musicfleet::ace_v15 {
namespace {

// Shorter cores spend most of their time on overlap.
constexpr std::int64_t kShortestCore = 16;

}  // namespace

std::int64_t decoder_reach(const VaeConfig& config) {
  constexpr std::int64_t kEnds = 3;                         // of the first and the last convolution, 7 wide
  constexpr std::int64_t kResidualUnits = 3 * (1 + 3 + 9);  // 7 wide, dilated by 1, 3 and 9
  std::int64_t reach = kEnds;
  for (const std::int64_t stride : config.downsampling_ratios) {
    // A transposed convolution of 2·stride with a padding of half a stride.
    const std::int64_t samples = reach + kResidualUnits + 2 * stride - 1 - (stride + 1) / 2;
    reach = (samples + stride - 1) / stride;
  }
  return reach + kEnds;
}

std::vector<Tiling> tile_ladder(std::int64_t wanted_length, std::int64_t reach) {
  std::vector<Tiling> ladder{{.length = wanted_length, .overlap = reach}};
  for (std::int64_t length = wanted_length / 2; length - 2 * reach >= kShortestCore; length /= 2)
    ladder.push_back({.length = length, .overlap = reach});
  return ladder;
}

std::string gigabytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, bytes < 100'000'000 ? "%.3f GB" : "%.1f GB",
                static_cast<double>(bytes) / 1e9);
  return text;
}

Result<std::size_t> choose_tiling(const std::vector<Tiling>& ladder, const model::ModelWidths& widths,
                                  model::Placement placement, model::SongShape song,
                                  std::uint64_t free_bytes) {
  std::uint64_t least = 0;
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    song.tile_frames = static_cast<std::uint64_t>(ladder[i].length);
    least = memory_need(widths, placement, song).activations();
    if (least <= free_bytes) return i;
  }
  return fail(ErrorCode::kOutOfMemory, "a song of this length needs ", gigabytes(least),
              " beside the model even with the smallest tiles, ", gigabytes(free_bytes), " are free");
}

}  // namespace musicfleet::ace_v15
