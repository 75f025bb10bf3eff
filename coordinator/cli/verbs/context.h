// What every verb works with, and how a verb ends. One thread.
#pragma once

#include "coordinator/cli/access.h"
#include "coordinator/cli/console.h"

#include <CLI/App.hpp>

#include <filesystem>
#include <functional>
#include <stop_token>

namespace musicfleet::cli {

struct Context {
  Console& console;
  std::filesystem::path programs;  // the folder of musicfleet-coordinator and musicfleet-worker
  std::function<std::stop_token()> watch_interrupts;  // from then on Ctrl-C is a stop request
  AccessOptions access = {};
  int exit_status = 0;
};

// When `command` is chosen: runs the verb and turns its error into a line and the exit status.
void on_chosen(CLI::App& command, Context& context, std::function<Result<>()> verb);

}  // namespace musicfleet::cli
