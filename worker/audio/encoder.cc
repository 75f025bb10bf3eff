#include "worker/audio/encoder.h"

#include "worker/audio/loudness.h"
#include "worker/audio/opus_file.h"
#include "worker/audio/pcm.h"
#include "worker/audio/resample.h"
#include "worker/audio/sound_file.h"
#include "worker/audio/unfinished_file.h"

#include <algorithm>

namespace musicfleet {
namespace {

constexpr int kDefaultMp3BitRate = 192;
constexpr int kDefaultOpusBitRate = 128;

Result<> write(const Pcm& pcm, const AudioFormat& format, const std::filesystem::path& path) {
  const int bit_rate = bit_rate_kbps_of(format);
  if (format.container == AudioContainer::kOpus) return write_opus_file(pcm, bit_rate, path);
  return write_sound_file(pcm, format.container, bit_rate, path);
}

}  // namespace

int bit_rate_kbps_of(const AudioFormat& format) {
  if (format.bit_rate_kbps > 0) return format.bit_rate_kbps;
  switch (format.container) {
    case AudioContainer::kMp3:
      return std::min(kDefaultMp3BitRate, max_mp3_bit_rate_kbps(format.sample_rate_hz));
    case AudioContainer::kOpus:
      return kDefaultOpusBitRate;
    default:
      return 0;
  }
}

Result<EncodedSong> encode_song(const Pcm& pcm, const AudioFormat& format, const SongTags& tags,
                                const std::filesystem::path& out) {
  MF_CHECK(check_pcm(pcm));
  const Pcm resampled = MF_TRY(resample(pcm, format.sample_rate_hz));
  const Loudness loudness = MF_TRY(measure_loudness(resampled));
  UnfinishedFile file(out);
  MF_CHECK(write(resampled, format, file.path()));
  MF_CHECK(write_song_tags(tags, format.container, file.path()));
  const std::uint64_t size = MF_TRY(file.finish());
  return EncodedSong{size, loudness.integrated_lufs, loudness.true_peak_dbtp};
}

}  // namespace musicfleet
