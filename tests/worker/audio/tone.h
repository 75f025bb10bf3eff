// Sine tones for tests of the audio box.
#pragma once

#include "worker/engine.h"

#include <cmath>
#include <numbers>

namespace musicfleet::testing {

struct Tone {
  double hertz = 997;
  double amplitude = 0.1;
  double phase = 0;
  int sample_rate_hz = 48000;
  int channels = 2;
};

// The sample of a tone at a frame.
inline double sample_of(const Tone& tone, std::size_t frame) {
  const double turns = tone.hertz * static_cast<double>(frame) / tone.sample_rate_hz;
  return tone.amplitude * std::sin(2 * std::numbers::pi * turns + tone.phase);
}

inline Pcm make_tone(const Tone& tone, std::size_t frames) {
  Pcm pcm{tone.sample_rate_hz, tone.channels, frames, {}};
  for (int channel = 0; channel < tone.channels; ++channel)
    for (std::size_t i = 0; i < frames; ++i) pcm.samples.push_back(static_cast<float>(sample_of(tone, i)));
  return pcm;
}

}  // namespace musicfleet::testing
