// backup and restore: a copy of the database by way of the running coordinator; and back, on the
// coordinator's machine, while it is stopped. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_backup(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
