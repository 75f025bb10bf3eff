// Writes wav, flac and mp3 files (libsndfile): 16-bit linear PCM, 16-bit FLAC, mp3 of constant bit rate, or
// of average bit rate for 240 kbit/s.
// Equal audio makes equal bytes. Any thread.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

#include <filesystem>

namespace musicfleet {

// The highest bit rate that mp3 has at a sample rate: 320 for MPEG-1, 160 for MPEG-2, 64 for MPEG-2.5.
int max_mp3_bit_rate_kbps(int sample_rate_hz);

// Writes all of `pcm`, at its own sample rate, to `path`; a file that is there is replaced. `bit_rate_kbps`
// is for mp3. Errors name the path and leave whatever was written.
Result<> write_sound_file(const Pcm& pcm, AudioContainer container, int bit_rate_kbps,
                          const std::filesystem::path& path);

}  // namespace musicfleet
