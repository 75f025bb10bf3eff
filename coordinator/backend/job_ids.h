// Names for new jobs: ULIDs that rise in the order in which they are given, also within a millisecond, as the
// specification's "monotonicity" has it. So lists and the queue, which go by the time of creation and then
// the id, keep the order of arrival. Loop thread.
#pragma once

#include "common/ids.h"
#include "coordinator/job.h"

#include <cstdint>

namespace musicfleet::backend {

class JobIds {
 public:
  JobId next(WallTime now);

 private:
  std::uint64_t last_ms_ = 0;
  std::uint16_t random_hi_ = 0;
  std::uint64_t random_lo_ = 0;
};

}  // namespace musicfleet::backend
