// Which worker lately failed at which model, so that a broken GPU does not eat the queue: each failed job
// counts 1, which halves with time and with every song that succeeds; from kTooMany on the worker rests until
// its count has faded to kAgain. In memory only. One thread.
#pragma once

#include "common/ids.h"
#include "coordinator/dispatch/instant.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace musicfleet::dispatch {

class FailureMemory {
 public:
  static constexpr double kTooMany = 3;
  static constexpr double kAgain = 2;

  // The time in which a count halves.
  explicit FailureMemory(Milliseconds half_life) : half_life_(half_life) {}

  // A job failed there. Whether the worker rests now.
  bool failed(const WorkerId& worker, const std::string& model, SteadyTime now);
  void succeeded(const WorkerId& worker, const std::string& model, SteadyTime now);
  double count(const WorkerId& worker, const std::string& model, SteadyTime now) const;
  bool resting(const WorkerId& worker, const std::string& model, SteadyTime now) const;
  // When the first of the worker's models that rest now may have jobs again; unset where none rests.
  std::optional<SteadyTime> next_rested(const WorkerId& worker, SteadyTime now) const;
  void forget(const WorkerId& worker);

 private:
  struct Record {
    double count = 0;
    SteadyTime at{};
    SteadyTime rests_until{};
  };

  double faded(const Record& record, SteadyTime now) const;

  Milliseconds half_life_;
  std::map<std::pair<WorkerId, std::string>, Record> records_;
};

}  // namespace musicfleet::dispatch
