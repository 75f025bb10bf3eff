// The outline of a song for people to look at: four numbers a second. Decodes the whole file (libsndfile):
// for a file pool.
#pragma once

#include "common/result.h"

#include <chrono>
#include <filesystem>
#include <vector>

namespace musicfleet::elevenlabs {

// For each quarter of a second of `length` the sample of the greatest magnitude, of all channels mixed into
// one, from −1000 to 1000. kNotFound where there is no file, kCorrupt for one that cannot
// be decoded.
Result<std::vector<int>> measure_waveform(const std::filesystem::path& song,
                                          std::chrono::milliseconds length);

}  // namespace musicfleet::elevenlabs
