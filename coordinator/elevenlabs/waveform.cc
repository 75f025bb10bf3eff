#include "coordinator/elevenlabs/waveform.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace musicfleet::elevenlabs {
namespace {

constexpr std::int64_t kPerSecond = 4;
constexpr std::size_t kBlockFrames = 1 << 14;

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

}  // namespace

Result<std::vector<int>> measure_waveform(const std::filesystem::path& song,
                                          std::chrono::milliseconds length) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, Close> file(sf_open(song.c_str(), SFM_READ, &info));
  if (std::error_code ignored; !file && !std::filesystem::exists(song, ignored))
    return fail(ErrorCode::kNotFound, song, " is not there");
  if (!file || info.channels < 1 || info.samplerate < 1)
    return fail(ErrorCode::kCorrupt, song, " cannot be decoded: ", sf_strerror(file.get()));
  std::vector<float> peaks(static_cast<std::size_t>((length.count() * kPerSecond + 999) / 1000));
  const auto channels = static_cast<std::size_t>(info.channels);
  std::vector<float> block(kBlockFrames * channels);
  std::int64_t frame = 0;
  for (sf_count_t n; (n = sf_readf_float(file.get(), block.data(), kBlockFrames)) > 0;) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i, ++frame) {
      const auto window = static_cast<std::size_t>(frame * kPerSecond / info.samplerate);
      if (window >= peaks.size()) break;  // what an encoder adds at the end
      float sum = 0;
      for (std::size_t channel = 0; channel < channels; ++channel) sum += block[i * channels + channel];
      const float mixed = sum / static_cast<float>(channels);
      if (std::fabs(mixed) > std::fabs(peaks[window])) peaks[window] = mixed;
    }
  }
  std::vector<int> outline;
  outline.reserve(peaks.size());
  for (const float peak : peaks)
    outline.push_back(static_cast<int>(std::lround(std::clamp(peak, -1.0F, 1.0F) * 1000)));
  return outline;
}

}  // namespace musicfleet::elevenlabs
