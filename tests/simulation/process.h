// A process of the simulated fleet: it begins, ends without a word, stands still (SIGSTOP, a busy machine, a
// hung disk) and goes on. What it planned in one life does not happen in the next.
#pragma once

#include "tests/simulation/timeline.h"

namespace musicfleet::simulation {

class Process {
 public:
  explicit Process(Timeline& timeline) : timeline_(timeline) {}

  bool up() const { return up_; }
  bool stands_still() const { return standstills_ > 0; }
  bool responsive() const { return up_ && standstills_ == 0; }

  void begin();
  void end();
  // Nothing happens in this process for so long; then all that has been missed does.
  void stand_still(Micros duration);

  // Something happens to this life of the process: now, or when it goes on.
  void enter(Task what);
  // In this life.
  void later(Micros wait, Task what);

 private:
  void go_on();

  Timeline& timeline_;
  bool up_ = false;
  int standstills_ = 0;
  std::uint64_t life_ = 0;
  std::deque<Task> missed_;
};

}  // namespace musicfleet::simulation
