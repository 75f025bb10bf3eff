#include "worker/audio/loudness.h"

#include "worker/audio/pcm.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace musicfleet {
namespace {

struct Destroy {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};

constexpr std::size_t kBlockFrames = 1 << 16;

}  // namespace

Result<Loudness> measure_loudness(const Pcm& pcm) {
  const std::unique_ptr<ebur128_state, Destroy> meter(
      ebur128_init(static_cast<unsigned>(pcm.channels), static_cast<unsigned long>(pcm.sample_rate_hz),
                   EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK));
  if (!meter)
    return fail(ErrorCode::kInternal, "cannot measure the loudness of ", pcm.channels, " channels at ",
                pcm.sample_rate_hz, " Hz");
  for (std::size_t begin = 0; begin < pcm.frames; begin += kBlockFrames) {
    const std::size_t count = std::min(kBlockFrames, pcm.frames - begin);
    if (ebur128_add_frames_float(meter.get(), interleaved(pcm, begin, count).data(), count) !=
        EBUR128_SUCCESS)
      return fail(ErrorCode::kOutOfMemory, "no memory for measuring the loudness");
  }
  Loudness loudness{};
  double peak = 0;
  bool measured = ebur128_loudness_global(meter.get(), &loudness.integrated_lufs) == EBUR128_SUCCESS;
  for (int channel = 0; channel < pcm.channels; ++channel) {
    double channel_peak = 0;
    measured &=
        ebur128_true_peak(meter.get(), static_cast<unsigned>(channel), &channel_peak) == EBUR128_SUCCESS;
    peak = std::max(peak, channel_peak);
  }
  if (!measured) return fail(ErrorCode::kInternal, "cannot measure the loudness");
  loudness.true_peak_dbtp = 20 * std::log10(peak);
  return loudness;
}

}  // namespace musicfleet
