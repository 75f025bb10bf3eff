#include "coordinator/cli/dev/child_process.h"
#include "coordinator/cli/exit_status.h"
#include "coordinator/cli/verbs/model.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

namespace musicfleet::cli {

void add_model_verify(CLI::App& model, Context& context) {
  struct Options {
    std::string folder;
    bool json = false;
    bool no_hash = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      model.add_subcommand("verify", "Say what a checkpoint is, what it needs, and what is wrong with it");
  verb->add_option("folder", options->folder, "The folder of the checkpoint")->required();
  verb->add_flag("--json", options->json, "Print the result as JSON");
  verb->add_flag("--no-hash", options->no_hash, "Do not read every byte to compare it with what was fetched");
  on_chosen(*verb, context, [options, &context]() -> Result<> {
    Command command{context.programs / "musicfleet-worker", {"verify", options->folder}};
    if (options->json) command.arguments.push_back("--json");
    if (options->no_hash) command.arguments.push_back("--no-hash");
    const ProgramEnd end = MF_TRY(run_and_read(command));
    context.console.out << end.output;
    if (end.status != 0) context.exit_status = kFailed;
    return {};
  });
}

}  // namespace musicfleet::cli
