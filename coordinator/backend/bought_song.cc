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

// A wav file made of the samples in `song.file`. Whatever becomes of it, only the object is left.
Result<> publish_wav(const AudioStore& store, const BoughtSong& song, JobAudio& audio) {
  std::filesystem::path file = song.file;
  file.replace_extension("wav.part");  // the audio store clears away what ends like this
  const auto wav = providers::wav_from_samples(song.file, file, song.order.song);
  const Result<> published = wav ? store.publish_anew(file, audio.object) : Failure(wav.error());
  std::error_code ignored;  // then they are cleared away at the next start
  std::filesystem::remove(file, ignored);
  std::filesystem::remove(song.file, ignored);
  MF_CHECK(published);
  audio.size_bytes = wav->size_bytes;
  audio.sha256 = wav->sha256;
  audio.channels = wav->channels;
  audio.duration = wav->duration;
  return {};
}

}  // namespace

Result<JobAudio> publish(const AudioStore& store, const BoughtSong& song) {
  JobAudio audio = facts_of(song);
  const AudioContainer container = song.order.song.format.container;
  audio.object = song.purpose == PurchasePurpose::kShadow
                     ? store.shadow_key(song.lease.job, song.lease.epoch, container)
                     : store.object_key(song.lease.job, song.lease.epoch, container);
  if (song.order.song.is_raw())
    MF_CHECK(publish_wav(store, song, audio));
  else
    MF_CHECK(store.publish_anew(song.file, audio.object));
  return audio;
}

}  // namespace musicfleet::backend
