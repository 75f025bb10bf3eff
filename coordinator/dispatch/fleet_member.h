// A worker that has said hello to this process. Plain data.
#pragma once

#include "common/fleet_messages.h"
#include "coordinator/job.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace musicfleet::dispatch {

struct FleetMember {
  WorkerId name;
  int protocol_version = 1;  // agreed; messages of a later one are not for it
  std::string software_version;
  std::string device;
  std::vector<FleetModel> models;
  int slots = 1;
  std::uint64_t memory_free_bytes = 0;  // beside the weights, as it last said; 0: unknown
  bool says_draining = false;           // takes no new job, as it last said
  bool draining = false;                // takes no new job: it says so, or an operator does
  std::vector<RunningJob> running;      // as it last said
  std::set<Lease> strays;               // of those, what is not its own (any more): they keep its slots busy
  WallTime last_seen_at{};
};

}  // namespace musicfleet::dispatch
