#include "worker/audio/resample.h"

#include "worker/audio/pcm.h"

#include <soxr.h>

namespace musicfleet {
namespace {

// Rounded to the nearest, halves up.
std::size_t frames_at(int new_rate, std::size_t frames, int old_rate) {
  const auto from = static_cast<std::size_t>(old_rate);
  return (2 * frames * static_cast<std::size_t>(new_rate) + from) / (2 * from);
}

}  // namespace

Result<Pcm> resample(const Pcm& pcm, int sample_rate_hz) {
  if (sample_rate_hz <= 0)
    return fail(ErrorCode::kInvalidArgument, "cannot resample to ", sample_rate_hz, " Hz");
  if (sample_rate_hz == pcm.sample_rate_hz) return pcm;
  Pcm converted{sample_rate_hz, pcm.channels, frames_at(sample_rate_hz, pcm.frames, pcm.sample_rate_hz), {}};
  converted.samples.resize(converted.frames * static_cast<std::size_t>(pcm.channels));
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  for (int channel = 0; channel < pcm.channels; ++channel) {
    // Frames that soxr does not fill stay zero: rounding may ask for one more than it makes.
    float* output = converted.samples.data() + static_cast<std::size_t>(channel) * converted.frames;
    std::size_t made = 0;
    const soxr_error_t error =
        soxr_oneshot(pcm.sample_rate_hz, sample_rate_hz, 1, channel_of(pcm, channel).data(), pcm.frames,
                     nullptr, output, converted.frames, &made, &io, &quality, &runtime);
    if (error)
      return fail(ErrorCode::kInternal, "cannot resample to ", sample_rate_hz, " Hz: ", soxr_strerror(error));
  }
  return converted;
}

}  // namespace musicfleet
