// Small operations on decoded audio (Pcm, worker/engine.h) that every encoder needs. Pure, any thread.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace musicfleet {

// Fails unless there are samples, as many as channels and frames say, one or two channels, and no NaN or
// infinity.
Result<> check_pcm(const Pcm& pcm);

// The samples of one channel.
std::span<const float> channel_of(const Pcm& pcm, int channel);

// Keeps the first `frames` frames of every channel; audio that is shorter stays as it is.
Pcm trimmed(Pcm pcm, std::size_t frames);

// Keeps the first `frames` frames, of which the last `fade` fall to silence along half a cosine, and brings
// the loudest sample of the rest to that of the whole. Audio that is not longer stays as it is.
Pcm cut_with_fade(Pcm pcm, std::size_t frames, std::size_t fade);

// Frames [begin, begin + count) with the channels of a frame side by side.
std::vector<float> interleaved(const Pcm& pcm, std::size_t begin, std::size_t count);

// A sample in 16 bits: full scale is 2^15, rounded to the nearest (ties to even), clamped; no dither, so that
// the same samples make the same bytes.
std::int16_t to_int16(float sample);

}  // namespace musicfleet
