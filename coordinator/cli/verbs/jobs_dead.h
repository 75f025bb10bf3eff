// jobs dead: the jobs that wait for an operator, with the reasons. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_jobs_dead(CLI::App& jobs, Context& context);

}  // namespace musicfleet::cli
