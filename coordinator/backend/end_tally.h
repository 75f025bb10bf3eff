// How jobs ended lately: counts by the minute, the last failures, and how fast each worker made its last
// song. Bounded, in memory: a restart begins anew. Loop thread.
#pragma once

#include "coordinator/http/overview_desk.h"

#include <array>
#include <deque>

namespace musicfleet::backend {

class EndTally {
 public:
  static constexpr int kMinutes = 15;  // the longest window
  static constexpr std::size_t kFailuresKept = 20;

  // `job` is in a final state.
  void add(const Job& job);

  // Ends within the last `minutes`, of which the one that runs is the last; at most kMinutes.
  http::EndCounts last(int minutes, WallTime now) const;
  const std::deque<http::FailedJob>& failures() const { return failures_; }  // newest first
  // × real time, of the last song.
  const std::map<WorkerId, double>& speeds() const { return speeds_; }

 private:
  struct Minute {
    std::int64_t number = -1;  // since 1970
    http::EndCounts counts;
  };

  std::array<Minute, kMinutes> minutes_;
  std::deque<http::FailedJob> failures_;
  std::map<WorkerId, double> speeds_;
};

}  // namespace musicfleet::backend
