#include "tests/simulation/timeline.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace musicfleet::simulation {

std::chrono::sys_time<std::chrono::milliseconds> Timeline::wall_now() const {
  using std::chrono::milliseconds;
  const milliseconds begun{1'795'000'000'000};
  return std::chrono::sys_time<milliseconds>(begun + wall_shift_ +
                                             std::chrono::floor<milliseconds>(elapsed_));
}

void Timeline::after(Micros wait, Task what) {
  planned_.push_back({elapsed_ + std::max(wait, Micros{0}), ++planned_so_far_, std::move(what)});
  std::push_heap(planned_.begin(), planned_.end(), later);
}

bool Timeline::step(Micros end) {
  if (planned_.empty() || planned_.front().time > end) {
    elapsed_ = std::max(elapsed_, end);
    return false;
  }
  std::pop_heap(planned_.begin(), planned_.end(), later);
  const Planned next = std::move(planned_.back());
  planned_.pop_back();
  elapsed_ = next.time;
  next.what();
  return true;
}

void Timeline::write(std::string line) {
  char time[32];
  std::snprintf(time, sizeof time, "%11.6f  ", static_cast<double>(elapsed_.count()) / 1e6);
  trace_.push_back(time + std::move(line));
  if (trace_.size() > trace_lines_) trace_.pop_front();
}

}  // namespace musicfleet::simulation
