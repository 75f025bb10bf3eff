#include "worker/audio/pcm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace musicfleet {
namespace {

float loudest(const Pcm& pcm) {
  float peak = 0;
  for (const float sample : pcm.samples) peak = std::max(peak, std::abs(sample));
  return peak;
}

}  // namespace

Result<> check_pcm(const Pcm& pcm) {
  if (pcm.sample_rate_hz <= 0)
    return fail(ErrorCode::kInternal, "audio with a sample rate of ", pcm.sample_rate_hz);
  if (pcm.channels < 1 || pcm.channels > 2)
    return fail(ErrorCode::kInternal, "audio with ", pcm.channels, " channels where 1 or 2 are possible");
  if (pcm.frames == 0) return fail(ErrorCode::kInternal, "audio without samples");
  if (pcm.samples.size() != pcm.frames * static_cast<std::size_t>(pcm.channels))
    return fail(ErrorCode::kInternal, "audio of ", pcm.frames, " frames and ", pcm.channels, " channels has ",
                pcm.samples.size(), " samples");
  if (!std::all_of(pcm.samples.begin(), pcm.samples.end(),
                   [](float sample) { return std::isfinite(sample); }))
    return fail(ErrorCode::kInternal, "audio with samples that are not finite numbers");
  return {};
}

std::span<const float> channel_of(const Pcm& pcm, int channel) {
  return std::span(pcm.samples).subspan(static_cast<std::size_t>(channel) * pcm.frames, pcm.frames);
}

Pcm trimmed(Pcm pcm, std::size_t frames) {
  if (frames >= pcm.frames) return pcm;
  for (int channel = 1; channel < pcm.channels; ++channel) {
    const std::span<const float> source = channel_of(pcm, channel);
    std::copy_n(source.begin(), frames, pcm.samples.begin() + static_cast<std::ptrdiff_t>(frames) * channel);
  }
  pcm.frames = frames;
  pcm.samples.resize(frames * static_cast<std::size_t>(pcm.channels));
  return pcm;
}

Pcm cut_with_fade(Pcm pcm, std::size_t frames, std::size_t fade) {
  if (frames >= pcm.frames) return pcm;
  const float before = loudest(pcm);
  pcm = trimmed(std::move(pcm), frames);
  fade = std::min(fade, frames);
  for (std::size_t i = 0; i < fade; ++i) {
    // 1 just before the fade, 0 at the last frame.
    const double way = static_cast<double>(i + 1) / static_cast<double>(fade);
    const auto gain = static_cast<float>((1 + std::cos(std::numbers::pi * way)) / 2);
    for (std::size_t at = frames - fade + i; at < pcm.samples.size(); at += frames) pcm.samples[at] *= gain;
  }
  const float after = loudest(pcm);
  if (after > 0 && after != before)
    for (float& sample : pcm.samples) sample *= before / after;
  return pcm;
}

std::vector<float> interleaved(const Pcm& pcm, std::size_t begin, std::size_t count) {
  const auto channels = static_cast<std::size_t>(pcm.channels);
  std::vector<float> samples(count * channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const std::span<const float> source = channel_of(pcm, static_cast<int>(channel)).subspan(begin, count);
    for (std::size_t i = 0; i < count; ++i) samples[i * channels + channel] = source[i];
  }
  return samples;
}

std::int16_t to_int16(float sample) {
  return static_cast<std::int16_t>(std::clamp(std::nearbyint(sample * 32768.0f), -32768.0f, 32767.0f));
}

}  // namespace musicfleet
