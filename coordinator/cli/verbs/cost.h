// cost report: what songs cost, what they were sold for, and what that means for a rented server. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_cost(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
