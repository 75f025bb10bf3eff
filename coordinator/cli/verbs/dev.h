// dev: a whole fleet on this machine, with keys, for trying it out and for tests. Main thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_dev(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
