#include "coordinator/backend/bought_song.h"

#include "coordinator/providers/wav_from_samples.h"

#include <limits>

namespace musicfleet::backend {
namespace {

constexpr int kVendorChannels = 2;
constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

JobAudio facts_of(const BoughtSong& song) {
  const AudioFormat& format = song.order.song.format;
  JobAudio audio;
  audio.size_bytes = song.size_bytes;
  audio.sha256 = song.sha256;
  audio.media_type = media_type_of(format.container);
  audio.duration = song.order.length;
  audio.sample_rate_hz = format.sample_rate_hz;
  audio.channels = kVendorChannels;
  audio.loudness_lufs = kNotMeasured;
  audio.true_peak_dbtp = kNotMeasured;
  audio.model = song.order.model;
  audio.generate_time = song.took;
  return audio;
}

}  // namespace

Result<JobAudio> publish(const AudioStore& store, const BoughtSong& song) {
  JobAudio audio = facts_of(song);
  const AudioContainer container = song.order.song.format.container;
  audio.object = song.purpose == PurchasePurpose::kShadow
                     ? store.shadow_key(song.lease.job, song.lease.epoch, container)
                     : store.object_key(song.lease.job, song.lease.epoch, container);
  std::filesystem::path file = song.file;
  if (song.order.song.is_raw()) {
    file.replace_extension("wav.part");  // the audio store clears away what ends like this
    const providers::WavFile wav = MF_TRY(providers::wav_from_samples(song.file, file, song.order.song));
    std::error_code ignored;  // then it is cleared away at the next start
    std::filesystem::remove(song.file, ignored);
    audio.size_bytes = wav.size_bytes;
    audio.sha256 = wav.sha256;
    audio.channels = wav.channels;
    audio.duration = wav.duration;
  }
  MF_CHECK(store.publish_anew(file, audio.object));
  return audio;
}

}  // namespace musicfleet::backend
