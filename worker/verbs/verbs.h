// What musicfleet-worker can be told to do besides serving: each verb adds itself to the command line and,
// when chosen, does its work and leaves its exit status.
#pragma once

#include <CLI/App.hpp>

namespace musicfleet::verbs {

// render: one song on this machine, without a fleet.
void add_render(CLI::App& app, int& exit_status);
// init-tiny: writes the embedded model.
void add_init_tiny(CLI::App& app, int& exit_status);

}  // namespace musicfleet::verbs
