// The embedded model: a small ACE-Step 1.5 checkpoint in the published folder layout, with random weights and
// a real byte-level BPE tokenizer. It proves the pipeline and the fleet; what it makes is noise, not music.
// No libtorch, any thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>

namespace musicfleet::ace_v15 {

inline constexpr std::uint64_t kTinySeed = 20260715;

// Writes the checkpoint beside `folder` and renames it into place; the same seed gives the same bytes.
// kConflict when `folder` exists and is not empty, kUnavailable when it cannot be written.
Result<> write_tiny_checkpoint(const std::filesystem::path& folder, std::uint64_t seed = kTinySeed);

}  // namespace musicfleet::ace_v15
