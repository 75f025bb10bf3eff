// What musicfleet-worker can be told to do besides serving: each verb adds itself to the command line and,
// when chosen, does its work and leaves its exit status.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace musicfleet::verbs {

// run: the daemon, until SIGTERM. `software_version` is what it tells the coordinator and what
// its files name.
void add_run(CLI::App& app, const std::string& software_version, int& exit_status);
// keygen: this worker's CURVE key.
void add_keygen(CLI::App& app, int& exit_status);
// render: one song on this machine, without a fleet.
void add_render(CLI::App& app, const std::string& software_version, int& exit_status);
// init-tiny: writes the embedded model.
void add_init_tiny(CLI::App& app, int& exit_status);
// verify: what a checkpoint is, what it needs, and everything that is wrong with it.
void add_verify(CLI::App& app, int& exit_status);

}  // namespace musicfleet::verbs
