// Asks before something goes that does not come back. One thread.
#pragma once

#include "common/result.h"
#include "coordinator/cli/console.h"

namespace musicfleet::cli {

// Goes on where `yes` was given on the command line, or a person at the terminal answers yes to the question
// ("Purge 12 jobs?"). kInvalidArgument, naming --yes, where nobody is there to be asked; kCancelled for any
// other answer.
Result<> confirm(Console& console, bool yes, const std::string& question);

}  // namespace musicfleet::cli
