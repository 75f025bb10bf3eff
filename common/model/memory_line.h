// memory_need() of the songs up to a length as a straight line over their seconds: what a worker tells the
// coordinator, which knows no model. Pure function, any thread.
#pragma once

#include "common/model/memory_need.h"

namespace musicfleet::model {

// A song of so many seconds takes at most fixed_bytes + bytes_per_second × seconds beside the weights.
struct MemoryLine {
  std::uint64_t fixed_bytes = 0;
  std::uint64_t bytes_per_second = 0;
};

// Never below the need of a song of `longest.frames` latent frames or fewer that is otherwise of that shape,
// and as close above as a line through the shortest's and the longest's need can be.
MemoryLine memory_line(const ModelWidths& model, Placement placement, const SongShape& longest,
                       double frames_per_second);

}  // namespace musicfleet::model
