// purchases list, settle: what was bought, and what an operator found out about it. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_purchases(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
