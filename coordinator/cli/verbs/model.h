// model: folders of weights. fetch brings a published checkpoint from a hub, list names those that have a
// short name; init-tiny and verify are done by musicfleet-worker, which knows what a checkpoint is. One
// thread.
#pragma once

#include "coordinator/cli/verbs/context.h"

namespace musicfleet::cli {

void add_model(CLI::App& app, Context& context);

// Its parts, each a verb of its own (model_fetch.cc, model_list.cc, model_verify.cc).
void add_model_fetch(CLI::App& model, Context& context);
void add_model_list(CLI::App& model, Context& context);
void add_model_verify(CLI::App& model, Context& context);

}  // namespace musicfleet::cli
