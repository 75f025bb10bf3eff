#include "worker/ace_v15/tiny/tiny_checkpoint.h"
#include "worker/verbs/verbs.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace musicfleet::verbs {

void add_init_tiny(CLI::App& app, int& exit_status) {
  struct Options {
    std::string folder;
    std::uint64_t seed = ace_v15::kTinySeed;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "init-tiny",
      "Write the embedded model: a tiny checkpoint with random weights (it makes noise, not music)");
  verb->add_option("folder", options->folder, "Where to write it; must be absent or empty")->required();
  verb->add_option("--seed", options->seed, "Of the random weights")->capture_default_str();
  verb->callback([options, &exit_status] {
    const Result<> written = ace_v15::write_tiny_checkpoint(options->folder, options->seed);
    if (!written) std::fprintf(stderr, "musicfleet-worker: %s\n", written.error().message.c_str());
    exit_status = written ? 0 : 1;
  });
}

}  // namespace musicfleet::verbs
