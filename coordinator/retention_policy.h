// How long jobs and what belongs to them are kept after a job has ended: what retention goes by and what the
// configuration says. Plain data, any thread.
#pragma once

#include <chrono>

namespace musicfleet {

struct RetentionPolicy {
  // 0: for ever. A job takes its song and its history with it.
  std::chrono::days audio{0};
  std::chrono::days events{0};
  std::chrono::days jobs{0};

  bool operator==(const RetentionPolicy&) const = default;
};

}  // namespace musicfleet
