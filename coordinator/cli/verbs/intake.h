// intake pause, resume, status: whether the coordinator takes jobs in. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_intake(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
