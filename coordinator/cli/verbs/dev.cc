#include "coordinator/cli/verbs/dev.h"

#include "coordinator/cli/dev/dev_fleet.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

namespace musicfleet::cli {

void add_dev(CLI::App& app, Context& context) {
  auto options = std::make_shared<DevOptions>();
  options->data = DevFile::kDefaultFolder;
  CLI::App* verb = app.add_subcommand("dev", "Run a coordinator and a worker on this machine, ready to use");
  verb->add_option("--data", options->data, "The fleet's folder: jobs, songs, keys, logs")
      ->capture_default_str();
  verb->add_option("--http", options->http, "Where the public API listens; port 0: any free one")
      ->capture_default_str();
  verb->add_option("--model", options->model,
                   "Folder of an ACE-Step 1.5 checkpoint; by default the embedded model")
      ->check(CLI::ExistingDirectory);
  verb->add_option("--device", options->device, "Of each worker: cpu or cuda:N")->capture_default_str();
  verb->add_option("--precision", options->precision, "fp32 or bf16")
      ->check(CLI::IsMember({"fp32", "bf16"}))
      ->capture_default_str();
  verb->add_option("--threads", options->threads, "Of each worker; 0: the cores, shared out")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  verb->add_option("--workers", options->workers, "How many")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  on_chosen(*verb, context, [options, &context]() -> Result<> {
    const DevFolder folder = MF_TRY(DevFolder::open(options->data));
    const std::stop_token stop = context.watch_interrupts();
    const SystemClock clock;
    return DevFleet(*options, folder, context.programs, context.console, clock).run(stop);
  });
}

}  // namespace musicfleet::cli
