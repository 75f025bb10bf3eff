// Sample-rate conversion by soxr at its highest quality. Pure and deterministic, any thread.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

namespace musicfleet {

// The audio at another rate, round(frames * new / old) frames long. The same rate gives the same samples.
Result<Pcm> resample(const Pcm& pcm, int sample_rate_hz);

}  // namespace musicfleet
