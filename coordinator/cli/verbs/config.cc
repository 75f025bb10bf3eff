#include "coordinator/cli/verbs/config.h"

#include "common/config_file.h"
#include "coordinator/cli/dev/child_process.h"
#include "coordinator/cli/exit_status.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

struct ConfigOptions {
  std::vector<std::string> files;
  bool json = false;
};

// The program whose file it is: only a worker's names a coordinator.
Result<std::string> reader_of(const std::string& path) {
  ConfigFile file = MF_TRY(ConfigFile::read(path));
  std::string coordinator, model;
  // A value of the wrong type is the program's to complain about.
  const bool is_workers = !file.take("coordinator", coordinator) || !coordinator.empty() ||
                          !file.take("model", model) || !model.empty();
  return std::string(is_workers ? "musicfleet-worker" : "musicfleet-coordinator");
}

// Nothing for a good file, else what is wrong with it: the program that will read it says so.
Result<std::string> complaint_about(const std::string& path, const Context& context) {
  const auto reader = reader_of(path);
  if (!reader) return reader.error().message;
  const std::filesystem::path program = context.programs / *reader;
  if (!std::filesystem::exists(program))
    return fail(ErrorCode::kInternal, "there is no ", program.string(), " to read ", path, " with");
  ProgramEnd end = MF_TRY(run_and_read_all({program, {"--config", path, "--check-config"}}));
  if (end.status == 0) return std::string();
  while (!end.output.empty() && end.output.back() == '\n') end.output.pop_back();
  return end.output;
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  auto options = std::make_shared<ConfigOptions>();
  CLI::App* config = app.add_subcommand("config", "Look at configuration files");
  config->require_subcommand(1)->fallthrough();
  CLI::App* check = config
                        ->add_subcommand("check",
                                         "Say what is wrong with coordinator.toml or worker.toml "
                                         "files, by file, line and setting; starts nothing")
                        ->fallthrough();
  check->add_option("file", options->files, "The files")->required();
  check->add_flag("--json", options->json, "JSON, one line a file");
  on_chosen(*check, context, [options, &context]() -> Result<> {
    for (const std::string& file : options->files) {
      const std::string complaint = MF_TRY(complaint_about(file, context));
      if (!complaint.empty()) context.exit_status = kWrongUse;
      if (options->json)
        context.console.out
            << nlohmann::json{{"file", file}, {"ok", complaint.empty()}, {"problem", complaint}}.dump(
                   -1, ' ', false, nlohmann::json::error_handler_t::replace)
            << '\n';
      else
        context.console.out << (complaint.empty() ? file + ": ok" : complaint) << '\n';
    }
    return {};
  });
}

}  // namespace musicfleet::cli
