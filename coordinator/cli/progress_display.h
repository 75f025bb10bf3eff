// Shows the progress of one job while it is followed: one line that is written over on a terminal, otherwise
// a line for each thing worth one. One thread.
#pragma once

#include "common/clock.h"
#include "coordinator/cli/console.h"
#include "coordinator/cli/job_view.h"

namespace musicfleet::cli {

class ProgressDisplay {
 public:
  ProgressDisplay(Console& console, const Clock& clock) : console_(console), clock_(clock) {}
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const JobView& job);
  // A line of its own, at the same place.
  void note(std::string_view text);
  // Leaves the terminal's line empty.
  void clear();

 private:
  // Without a terminal: about ten lines a stage, not one a step.
  bool is_worth_a_line(const JobView& job) const;

  Console& console_;
  const Clock& clock_;
  std::string shown_;  // on the terminal's line
  JobView last_;       // that had a line
};

}  // namespace musicfleet::cli
