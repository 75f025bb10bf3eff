#include "worker/audio/sound_file.h"

#include "worker/audio/pcm.h"

#include <sndfile.h>

#include <algorithm>
#include <memory>

namespace musicfleet {
namespace {

constexpr std::size_t kBlockFrames = 1 << 16;

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, Close>;

int format_of(AudioContainer container) {
  switch (container) {
    case AudioContainer::kWav:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    case AudioContainer::kFlac:
      return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    case AudioContainer::kMp3:
      return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    case AudioContainer::kOpus:
      break;
  }
  return 0;
}

// 240 kbit/s is no bit rate of Layer III: frames of other rates are on average as long.
constexpr int kAverageOnly = 240;

// libsndfile takes a bit rate as a "compression level": 0 for the highest and 1 for the lowest of the MPEG
// version. It refuses a mode while there is no level, and the level 1 while the mode is the variable one that
// it starts with.
bool set_bit_rate(SNDFILE* file, int sample_rate_hz, int bit_rate_kbps) {
  const int highest = max_mp3_bit_rate_kbps(sample_rate_hz);
  const int lowest = sample_rate_hz >= 32000 ? 32 : 8;
  const auto set_level = [&](double level) {
    return sf_command(file, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level) == SF_TRUE;
  };
  int mode = bit_rate_kbps == kAverageOnly ? SF_BITRATE_MODE_AVERAGE : SF_BITRATE_MODE_CONSTANT;
  return set_level(0) && sf_command(file, SFC_SET_BITRATE_MODE, &mode, sizeof mode) == SF_TRUE &&
         set_level(static_cast<double>(highest - bit_rate_kbps) / (highest - lowest));
}

// Frames written. The encoder of mp3 takes float samples; for the others the rounding is ours.
std::size_t write_block(SNDFILE* file, const std::vector<float>& samples, int channels, bool as_float) {
  const auto frames = static_cast<sf_count_t>(samples.size()) / channels;
  if (as_float) return static_cast<std::size_t>(sf_writef_float(file, samples.data(), frames));
  std::vector<std::int16_t> rounded(samples.size());
  std::transform(samples.begin(), samples.end(), rounded.begin(), to_int16);
  return static_cast<std::size_t>(sf_writef_short(file, rounded.data(), frames));
}

}  // namespace

int max_mp3_bit_rate_kbps(int sample_rate_hz) {
  return sample_rate_hz >= 32000 ? 320 : sample_rate_hz >= 16000 ? 160 : 64;
}

Result<> write_sound_file(const Pcm& pcm, AudioContainer container, int bit_rate_kbps,
                          const std::filesystem::path& path) {
  SF_INFO info{};
  info.samplerate = pcm.sample_rate_hz;
  info.channels = pcm.channels;
  info.format = format_of(container);
  SoundFile file(sf_open(path.c_str(), SFM_WRITE, &info));
  if (!file)
    return fail(ErrorCode::kUnavailable, path.string(), ": cannot be written: ", sf_strerror(nullptr));
  const bool is_mp3 = container == AudioContainer::kMp3;
  if (is_mp3 && !set_bit_rate(file.get(), pcm.sample_rate_hz, bit_rate_kbps))
    return fail(ErrorCode::kInternal, path.string(), ": mp3 refuses ", bit_rate_kbps, " kbit/s");
  for (std::size_t begin = 0; begin < pcm.frames; begin += kBlockFrames) {
    const std::size_t count = std::min(kBlockFrames, pcm.frames - begin);
    if (write_block(file.get(), interleaved(pcm, begin, count), pcm.channels, is_mp3) != count)
      return fail(ErrorCode::kUnavailable, path.string(), ": cannot be written: ", sf_strerror(file.get()));
  }
  if (const int error = sf_close(file.release()); error != SF_ERR_NO_ERROR)
    return fail(ErrorCode::kUnavailable, path.string(), ": cannot be finished: ", sf_error_number(error));
  return {};
}

}  // namespace musicfleet
