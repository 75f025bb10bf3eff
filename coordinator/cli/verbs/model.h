// model init-tiny: writes the embedded model, by way of musicfleet-worker, which knows how. One thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_model(CLI::App& app, Context& context);

}  // namespace musicfleet::cli
