// How long to wait before trying again: exponential, capped, with jitter. Pure functions of what is passed
// in, so that a simulation can replay them. Any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace musicfleet {

// The next number of the SplitMix64 sequence whose state is `state` (https://prng.di.unimi.it/splitmix64.c).
std::uint64_t next_random(std::uint64_t& state);

struct Backoff {
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds longest{60'000};

  // The wait after `failures` (1, 2, …) failures in a row: first × 2^(failures − 1), at most `longest`, of
  // which `random` takes away up to half, so that what failed together does not come back together.
  std::chrono::milliseconds delay(int failures, std::uint64_t random) const;
};

}  // namespace musicfleet
