// A program of the development fleet that is kept running: when it dies that is said, and it is started again
// after a pause that grows. Main thread.
#pragma once

#include "common/backoff.h"
#include "common/clock.h"
#include "coordinator/cli/console.h"
#include "coordinator/cli/dev/child_process.h"

#include <optional>

namespace musicfleet::cli {

class KeptProgram {
 public:
  // A life longer than this is no failed start: the next pause is the shortest again.
  static constexpr std::chrono::seconds kGoodLife{30};

  // `name` is what people call it: "worker-1", "the coordinator".
  KeptProgram(std::string name, Command command, std::filesystem::path log, Backoff backoff = {});

  Result<> start(SteadyTime now);
  bool is_running();
  void send(int signal) const;

  // Says so when it has died and starts it again when its pause is over.
  void look_after(SteadyTime now, Console& console);

  // Why it is not there, with what its log says since the last start.
  Error obituary();

 private:
  std::string name_;
  Command command_;
  std::filesystem::path log_;
  Backoff backoff_;
  std::optional<ChildProcess> process_;
  std::uintmax_t log_begin_ = 0;  // of the last start
  SteadyTime started_{};
  std::optional<SteadyTime> next_start_;
  int failures_ = 0;  // in a row
};

}  // namespace musicfleet::cli
