// From samples to the file that a customer gets: resampled to the requested rate, measured, encoded, tagged,
// and put in place in one step. Equal audio, format and tags make equal bytes. Any thread; the worker's
// encoder thread in practice.
#pragma once

#include "common/job_spec.h"
#include "common/result.h"
#include "worker/audio/song_tags.h"
#include "worker/engine.h"

#include <cstdint>
#include <filesystem>

namespace musicfleet {

struct EncodedSong {
  std::uint64_t size_bytes;
  double loudness_lufs;   // of what went into the encoder; -infinity for silence
  double true_peak_dbtp;  // likewise
};

// The bit rate of a format, its default where it names none: mp3 192 (less where the sample rate allows
// less), opus 128, 0 for wav and flac.
int bit_rate_kbps_of(const AudioFormat& format);

// Writes `pcm` as `format` to `out`, through a temporary name beside it; a file that is there is replaced
// only when the new one is complete. Errors: kInternal for samples that are no audio (a NaN), kUnavailable
// with the file's name.
Result<EncodedSong> encode_song(const Pcm& pcm, const AudioFormat& format, const SongTags& tags,
                                const std::filesystem::path& out);

}  // namespace musicfleet
