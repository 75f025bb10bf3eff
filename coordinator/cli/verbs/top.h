// top: the fleet at a glance, live on a terminal. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_top(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
