// The only source of chance in a simulation: a seeded sequence. Two dice made of the same seed and salt fall
// alike; another salt gives another sequence, so that one part's draws do not move another's.
#pragma once

#include "common/backoff.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace musicfleet::simulation {

using Micros = std::chrono::microseconds;

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t salt) : state_(seed * 0x9E3779B97F4A7C15u + salt) { draw(1); }

  // 0 … below − 1.
  std::uint64_t draw(std::uint64_t below) { return next_random(state_) % below; }
  std::uint64_t any() { return next_random(state_); }
  // True once in n times; never for n = 0.
  bool one_in(std::uint64_t n) { return n > 0 && draw(n) == 0; }
  // From `least` to `most`, both included.
  Micros between(Micros least, Micros most) {
    return least +
           Micros(static_cast<std::int64_t>(draw(static_cast<std::uint64_t>((most - least).count()) + 1)));
  }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[draw(from.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace musicfleet::simulation
