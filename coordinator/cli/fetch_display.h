// Shows a fetch while it goes on: on a terminal one line that is written over, otherwise a line for each
// tenth. One thread.
#pragma once

#include "common/clock.h"
#include "common/hub/model_fetch.h"
#include "coordinator/cli/console.h"
#include "coordinator/cli/transfer_rate.h"

namespace musicfleet::cli {

class FetchDisplay final : public FetchListener {
 public:
  FetchDisplay(Console& console, const Clock& clock) : console_(console), clock_(clock) {}
  ~FetchDisplay() override { clear(); }
  FetchDisplay(const FetchDisplay&) = delete;
  FetchDisplay& operator=(const FetchDisplay&) = delete;

  void planned(const FetchPlan& plan) override;
  void moved(const FetchSnapshot& now) override;
  void noted(const std::string& text) override;
  // Leaves the terminal's line empty.
  void clear();

 private:
  Console& console_;
  const Clock& clock_;
  TransferRate rate_;
  std::string shown_;  // on the terminal's line
  int tenth_ = 0;      // that had its line
};

}  // namespace musicfleet::cli
