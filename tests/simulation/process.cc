#include "tests/simulation/process.h"

#include <utility>

namespace musicfleet::simulation {

void Process::begin() {
  ++life_;
  up_ = true;
  standstills_ = 0;
}

void Process::end() {
  ++life_;
  up_ = false;
  standstills_ = 0;
  missed_.clear();
}

void Process::stand_still(Micros duration) {
  if (!up_) return;
  ++standstills_;
  timeline_.after(duration, [this, life = life_] {
    if (life == life_ && --standstills_ == 0) go_on();
  });
}

void Process::go_on() {
  const std::uint64_t life = life_;
  while (life == life_ && standstills_ == 0 && !missed_.empty()) {
    const Task next = std::move(missed_.front());
    missed_.pop_front();
    next();
  }
}

void Process::enter(Task what) {
  if (!up_) return;
  if (standstills_ > 0) return missed_.push_back(std::move(what));
  what();
}

void Process::later(Micros wait, Task what) {
  timeline_.after(wait, [this, life = life_, what = std::move(what)]() mutable {
    if (life == life_) enter(std::move(what));
  });
}

}  // namespace musicfleet::simulation
