// Where the samples are in a WAV file (RIFF): by its chunks, of which only the headers are read. Blocks on
// the disk: for a file pool.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>

namespace musicfleet::elevenlabs {

struct WavData {
  std::uint64_t offset = 0;  // of the first sample in the file
  std::uint64_t bytes = 0;   // of all samples
  int channels = 0;
};

// kNotFound where there is no file, kUnavailable where it cannot be read, kCorrupt where it is no
// WAV of 16-bit samples.
Result<WavData> find_wav_data(const std::filesystem::path& path);

}  // namespace musicfleet::elevenlabs
