#include "coordinator/cli/verbs/model.h"

#include "coordinator/cli/dev/child_process.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

namespace musicfleet::cli {

void add_model(CLI::App& app, Context& context) {
  CLI::App* model = app.add_subcommand("model", "Fetch, check and make folders of weights");
  model->require_subcommand(1)->fallthrough();
  add_model_fetch(*model, context);
  add_model_list(*model, context);
  add_model_verify(*model, context);
  auto folder = std::make_shared<std::string>();
  CLI::App* init_tiny = model->add_subcommand(
      "init-tiny",
      "Write the embedded model: a tiny checkpoint with random weights (it makes noise, not music)");
  init_tiny->add_option("folder", *folder, "Where to write it; must be absent or empty")->required();
  on_chosen(*init_tiny, context, [folder, &context]() -> Result<> {
    MF_TRY(run_program({context.programs / "musicfleet-worker", {"init-tiny", *folder}}));
    context.console.out << *folder
                        << ": the embedded model; its weights are random: it makes noise, not music\n";
    return {};
  });
}

}  // namespace musicfleet::cli
