// How `musicfleet` ends: one table from what went wrong to the number that scripts see. Any thread.
#pragma once

#include "common/result.h"

#include <span>

namespace musicfleet::cli {

enum ExitStatus : int {
  kOk = 0,
  kFailed = 1,       // it was tried and did not work
  kWrongUse = 2,     // the command line, or a field of the request, is wrong
  kNotFound = 3,     // no such job, key or worker
  kUnavailable = 4,  // the coordinator cannot be reached, or cannot serve at the moment
  kRefused = 5,      // it was understood and refused
};

struct ExitMeaning {
  ExitStatus status;
  std::string_view meaning;
};

// Every status and what it means, as docs/cli.md has it.
std::span<const ExitMeaning> exit_meanings();

ExitStatus exit_status_of(ErrorCode code);

}  // namespace musicfleet::cli
