// The whole fleet at a glance, as the routes need it. Implemented by coordinator/backend; tests implement it
// in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/intake_desk.h"

#include <map>

namespace musicfleet::http {

// Live jobs of one tenant.
struct TenantJobs {
  std::size_t queued = 0;
  std::size_t leased = 0;
};

// Jobs that ended within the last minutes.
struct EndCounts {
  int minutes = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
};

struct FailedJob {
  JobId job;
  WorkerId worker;  // of the last lease; empty where there was none
  WallTime at{};
  Error error;
};

struct Overview {
  WallTime at{};
  Intake intake;
  std::map<TenantId, TenantJobs> tenants;  // those with live jobs
  std::vector<EndCounts> ended;            // since this process started, a window each
  std::vector<FailedJob> failures;         // the last ones, newest first
  std::vector<WorkerInfo> workers;
  std::map<WorkerId, double> speeds;  // of a worker's last song, × real time
  bool store_ok = false;
  std::chrono::microseconds commit_time{0};  // from asking to being on disk, measured just now
};

class OverviewDesk {
 public:
  virtual ~OverviewDesk() = default;

  virtual Awaitable<Overview> overview() = 0;
};

}  // namespace musicfleet::http
