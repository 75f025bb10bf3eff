// tenants list, show, add, set: who may order songs, and how many. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_tenants(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
