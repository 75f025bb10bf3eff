// The virtual clock and everything that is still to happen on it. What is due at the same time happens in the
// order in which it was planned. Nothing here waits: time goes on to the next thing that is planned. Keeps a
// trace of what happened, where one is asked for.
#pragma once

#include "common/clock.h"
#include "common/result.h"
#include "tests/simulation/dice.h"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace musicfleet::simulation {

using Task = std::function<void()>;

class Timeline final : public Clock {
 public:
  // Keeps the last `trace_lines` of its trace.
  explicit Timeline(std::size_t trace_lines) : trace_lines_(trace_lines) {}

  // Since the beginning.
  Micros elapsed() const { return elapsed_; }
  SteadyTime now() const override { return SteadyTime(std::chrono::hours(1'000) + elapsed_); }
  std::chrono::sys_time<std::chrono::milliseconds> wall_now() const override;
  // Somebody sets the machine's clock.
  void shift_wall(std::chrono::milliseconds by) { wall_shift_ += by; }

  void after(Micros wait, Task what);
  // Lets the next thing happen. False where nothing is planned before `end`: then it is `end`.
  bool step(Micros end);

  template <class... Parts>
  void note(const Parts&... parts) {
    if (trace_lines_ > 0) write(concat(parts...));
  }
  const std::deque<std::string>& trace() const { return trace_; }

 private:
  struct Planned {
    Micros time;
    std::uint64_t number;
    Task what;
  };
  static bool later(const Planned& a, const Planned& b) {
    return a.time != b.time ? a.time > b.time : a.number > b.number;
  }

  void write(std::string line);

  const std::size_t trace_lines_;
  Micros elapsed_{0};
  std::chrono::milliseconds wall_shift_{0};
  std::uint64_t planned_so_far_ = 0;
  std::vector<Planned> planned_;  // a heap, the earliest first
  std::deque<std::string> trace_;
};

}  // namespace musicfleet::simulation
