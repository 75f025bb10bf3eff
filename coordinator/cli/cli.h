// The whole of `musicfleet` but for the process around it: reads the arguments, runs the verb that they name.
// One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

// The exit status (exit_status.h). argv[0] is the program's name, as in main.
int run(int argc, const char* const* argv, const std::string& version, Context& context);

}  // namespace musicfleet::cli
