// Programs that this process starts: in a process group of their own, so that a terminal's Ctrl-C reaches
// only us, and killed by the kernel when we die. The kernel binds that to the thread that starts them: start
// them from main's thread.
#pragma once

#include "common/result.h"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace musicfleet::cli {

struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments;
};

// How a program that ended by itself did so.
struct ProgramEnd {
  int status = 0;
  std::string output;
};

class ChildProcess {
 public:
  // Its standard input is empty; its output and errors are added to the end of `log`.
  static Result<ChildProcess> start(const Command& command, const std::filesystem::path& log);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  // Kills it, if it still runs.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  void send(int signal) const;
  // How it ended, in words ("status 1", "signal 9 (Killed)"); nothing while it runs.
  std::optional<std::string> ended();

 private:
  friend Result<std::string> run_program(const Command& command);
  friend Result<ProgramEnd> run_and_read(const Command& command);
  friend Result<ProgramEnd> run_and_read_all(const Command& command);

  static Result<ChildProcess> start(const Command& command, int output, int errors);
  // Waits for its end; the status of waitpid.
  int wait();
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = -1;  // -1 once it is reaped
  std::optional<std::string> end_;
};

// Runs it to its end; what it wrote to its output. kInternal, with what it wrote, where its status is not 0.
Result<std::string> run_program(const Command& command);

// Runs it to its end, its errors on ours: its exit status and what it wrote to its output. kInternal where it
// cannot be started or a signal ends it.
Result<ProgramEnd> run_and_read(const Command& command);
// The same with its errors among what it wrote.
Result<ProgramEnd> run_and_read_all(const Command& command);

}  // namespace musicfleet::cli
