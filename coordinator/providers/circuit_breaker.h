// Leaves a provider alone that keeps failing: closed while it works, open for a while after some failures in
// a row, then half open, when one request at a time is let through to see whether it works again. Pure: what
// happens and when comes from the caller. One thread.
#pragma once

#include "common/backoff.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace musicfleet::providers {

using Milliseconds = std::chrono::milliseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Milliseconds>;

struct BreakerSettings {
  int failures = 5;                                           // in a row, that open it
  int successes = 2;                                          // of probes in a row, that close it
  Backoff rest{Milliseconds(30'000), Milliseconds(600'000)};  // while it is open, longer each time
};

class CircuitBreaker {
 public:
  enum class State { kClosed, kOpen, kHalfOpen };
  // A request that was let through; what came of one from before the last change of state says nothing any
  // more.
  struct Pass {
    std::uint64_t era = 0;
  };

  // `random_state` seeds the jitter of rests.
  CircuitBreaker(const BreakerSettings& settings, std::uint64_t random_state)
      : settings_(settings), random_state_(random_state) {}

  State state(SteadyTime now) const;
  bool admits(SteadyTime now) const;
  // Only where admits() says so.
  Pass enter(SteadyTime now);
  void succeeded(Pass pass);
  void failed(Pass pass, SteadyTime now);
  // The request never left, or says nothing about the provider.
  void withdrawn(Pass pass);

  // When it is half open at the earliest; unset while it is closed.
  std::optional<SteadyTime> opens_at() const;
  int failures_in_a_row() const { return failures_; }

 private:
  void open(SteadyTime now);

  const BreakerSettings settings_;
  std::uint64_t random_state_;
  std::optional<SteadyTime> rests_until_;  // unset: closed
  std::uint64_t era_ = 0;                  // rises with each change of state
  int failures_ = 0;                       // in a row, while closed
  int rests_ = 0;                          // since it was last closed
  int successes_ = 0;                      // of probes in a row
  bool probing_ = false;
};

// "closed", "open", "half_open".
std::string_view name_of(CircuitBreaker::State state);

}  // namespace musicfleet::providers
