// A worker that has said hello to this process. Plain data.
#pragma once

#include "common/fleet_messages.h"
#include "coordinator/job.h"

#include <set>
#include <string>
#include <vector>

namespace musicfleet::dispatch {

struct FleetMember {
  WorkerId name;
  std::string software_version;
  std::string device;
  std::vector<FleetModel> models;
  int slots = 1;
  bool draining = false;
  std::vector<RunningJob> running;  // as it last said
  std::set<Lease> strays;           // of those, what is not its own (any more): they keep its slots busy
  WallTime last_seen_at{};
};

}  // namespace musicfleet::dispatch
