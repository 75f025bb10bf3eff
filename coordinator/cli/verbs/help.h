// help, completion: what the command line can be, for people, for pages and for shells. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

// Last: they tell of all verbs that `app` has when they run.
void add_help(CLI::App& app, const std::string& version, Context& context);

}  // namespace musicfleet::cli
