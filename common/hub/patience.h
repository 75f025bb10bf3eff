// How often and after which pauses something is tried again on its way to success: each failure in a row
// waits longer, whatever moves things forward starts anew. One thread.
#pragma once

#include "common/backoff.h"
#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace musicfleet {

// Waits; false where `stop` came first.
using Pause = std::function<bool(std::chrono::milliseconds time, const std::stop_token& stop)>;
bool pause_on_this_thread(std::chrono::milliseconds time, const std::stop_token& stop);

struct PatienceOptions {
  Backoff backoff{.first = std::chrono::milliseconds(500), .longest = std::chrono::milliseconds(30'000)};
  int most_failures = 6;                        // in a row
  std::chrono::seconds longest_asked{10 * 60};  // that a server's Retry-After may make us wait
  Pause pause = pause_on_this_thread;
};

class Patience {
 public:
  // on_wait: hears why and how long it waits.
  using OnWait = std::function<void(const std::string& why, std::chrono::milliseconds time)>;
  Patience(const PatienceOptions& options, std::uint64_t seed, OnWait on_wait = {})
      : options_(options), random_(seed), on_wait_(std::move(on_wait)) {}

  // After a failure: waits and succeeds where another try is due, or is the error to end with. `asked`: what
  // the server wants us to wait at least.
  Result<> after(const Error& error, std::optional<std::chrono::seconds> asked, const std::stop_token& stop);
  void moved_forward() { failures_ = 0; }

 private:
  const PatienceOptions& options_;
  std::uint64_t random_;
  OnWait on_wait_;
  int failures_ = 0;
};

}  // namespace musicfleet
