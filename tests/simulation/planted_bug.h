// Which of the bugs of coordinator/dispatch/planted_bug.h is in the code, in programs that are compiled with
// them.
#pragma once

#include "coordinator/dispatch/planted_bug.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace musicfleet::simulation {

// Every bug with its name on the command line.
const std::vector<std::pair<std::string_view, dispatch::Bug>>& planted_bugs();

// Puts one bug into the code for as long as it lives, on this thread.
class PlantedBug {
 public:
  explicit PlantedBug(dispatch::Bug bug);
  ~PlantedBug();
  PlantedBug(const PlantedBug&) = delete;
  PlantedBug& operator=(const PlantedBug&) = delete;
};

}  // namespace musicfleet::simulation
