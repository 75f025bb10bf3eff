// musicfleet-worker: reads the command line and hands over to a verb.

#include "worker/verbs/verbs.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

int main(int argc, char** argv) {
  int exit_status = 0;
  CLI::App app("One GPU of a musicfleet: makes songs with ACE-Step.", "musicfleet-worker");
  app.set_version_flag("--version", MUSICFLEET_VERSION);
  app.require_subcommand(1);
  musicfleet::verbs::add_render(app, exit_status);
  musicfleet::verbs::add_init_tiny(app, exit_status);
  CLI11_PARSE(app, argc, argv);
  return exit_status;
}
