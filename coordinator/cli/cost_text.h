// The cost report as people read it: the figures that decide, then a table for each grouping. One thread.
#pragma once

#include "coordinator/cli/console.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace musicfleet::cli {

// `report` as the admin API gives it.
void print_costs(const nlohmann::json& report, Console& console);

// "$0.45" of so many millionths of a dollar.
std::string dollars_text(std::int64_t micros);

}  // namespace musicfleet::cli
