// jobs purge: jobs that are over, removed with everything of them. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_jobs_purge(CLI::App& jobs, Context& context);

}  // namespace musicfleet::cli
