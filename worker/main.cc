// musicfleet-worker: reads the command line and hands over to a verb; without one it runs the daemon.

#include "worker/verbs/verbs.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <string>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  const std::string_view first = argc > 1 ? argv[1] : "-";
  std::string run = "run";
  if (first.starts_with('-') && first != "--help" && first != "-h" && first != "--version")
    arguments.insert(arguments.begin() + 1, run.data());

  int exit_status = 0;
  CLI::App app("One GPU of a musicfleet: makes songs with ACE-Step.", "musicfleet-worker");
  app.set_version_flag("--version", MUSICFLEET_VERSION);
  app.require_subcommand(1);
  musicfleet::verbs::add_run(app, MUSICFLEET_VERSION, exit_status);
  musicfleet::verbs::add_keygen(app, exit_status);
  musicfleet::verbs::add_render(app, MUSICFLEET_VERSION, exit_status);
  musicfleet::verbs::add_init_tiny(app, exit_status);
  musicfleet::verbs::add_verify(app, exit_status);
  CLI11_PARSE(app, static_cast<int>(arguments.size()), arguments.data());
  return exit_status;
}
