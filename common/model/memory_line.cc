#include "common/model/memory_line.h"

#include <algorithm>
#include <cmath>

namespace musicfleet::model {

MemoryLine memory_line(const ModelWidths& model, Placement placement, const SongShape& longest,
                       double frames_per_second) {
  SongShape song = longest;
  const auto need_of = [&](std::uint64_t frames) {
    song.frames = frames;
    return static_cast<double>(memory_need(model, placement, song).activations());
  };
  const double seconds = static_cast<double>(longest.frames) / frames_per_second;
  const double slope = std::ceil(std::max(0.0, need_of(longest.frames) - need_of(1)) / seconds);
  // The need is no line itself: masks grow with the square of the length, and begin at a window's width.
  double fixed = 0;
  for (std::uint64_t frames = 1; frames <= longest.frames; ++frames) {
    // Of all songs of so many frames the shortest.
    const double shortest = static_cast<double>(frames - 1) / frames_per_second;
    fixed = std::max(fixed, need_of(frames) - slope * shortest);
  }
  return {static_cast<std::uint64_t>(std::ceil(fixed)), static_cast<std::uint64_t>(slope)};
}

}  // namespace musicfleet::model
