// config check: whether configuration files are right, without starting anything. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_config(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
