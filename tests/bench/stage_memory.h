// Measures what the stages of a song take beside the weights: the most bytes that are live at once, as a
// counting allocator sees them. The inputs of a stage count as its own. One thread, under InferenceMode, on
// the CPU.
#pragma once

#include "common/model/memory_need.h"
#include "tests/support/metered_allocator.h"
#include "worker/ace_v15/checkpoint.h"

namespace musicfleet::ace_v15 {

std::uint64_t measure_conditioning(const Networks& networks, const model::SongShape& song,
                                   testing::MeteredAllocator& meter);
// One solver step.
std::uint64_t measure_denoising(const Networks& networks, const model::SongShape& song,
                                testing::MeteredAllocator& meter);
std::uint64_t measure_decoding(const Networks& networks, const model::SongShape& song, std::int64_t overlap,
                               testing::MeteredAllocator& meter);

}  // namespace musicfleet::ace_v15
