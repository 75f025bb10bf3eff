// Makes a wav file of the raw samples that the vendor sends where such a file was ordered. Blocks on the
// disk; any thread.
#pragma once

#include "common/sha256.h"
#include "coordinator/providers/song_order.h"

#include <filesystem>

namespace musicfleet::providers {

struct WavFile {
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  int channels = 0;
  std::chrono::milliseconds duration{0};
};

// Writes the samples of `raw` (16 bits, little-endian, channels interleaved) to `wav` behind a header. How
// many channels there are is told by the size and the length that was ordered: one or two; two where no
// length was. Both files stay. kUnavailable where the disk does not take or give it.
Result<WavFile> wav_from_samples(const std::filesystem::path& raw, const std::filesystem::path& wav,
                                 const SongOrder& order);

}  // namespace musicfleet::providers
