#include "coordinator/cli/verbs/context.h"

#include "coordinator/cli/exit_status.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace musicfleet::cli {

void on_chosen(CLI::App& command, Context& context, std::function<Result<>()> verb) {
  command.callback([&context, verb = std::move(verb)] {
    const Result<> done = verb();
    if (done) return;
    context.console.err << "musicfleet: " << done.error().message << std::endl;
    context.exit_status = exit_status_of(done.error().code);
  });
}

}  // namespace musicfleet::cli
