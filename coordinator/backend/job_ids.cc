#include "coordinator/backend/job_ids.h"

#include "common/random.h"

namespace musicfleet::backend {

JobId JobIds::next(WallTime now) {
  const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
  if (ms == last_ms_) {
    if (++random_lo_ == 0) ++random_hi_;
  } else {
    last_ms_ = ms;
    random_hi_ = static_cast<std::uint16_t>(random_u64() >> 49);  // 15 bits: counting up never overflows
    random_lo_ = random_u64();
  }
  return JobId{"job_" + make_ulid(ms, random_hi_, random_lo_)};
}

}  // namespace musicfleet::backend
