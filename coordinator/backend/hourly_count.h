// How many songs each tenant has ordered within the last hour, for its limit: counted in short stretches, so
// that a tenant costs the same however many songs it may order. A stretch counts until an hour after its end:
// no hour ever sees more than the limit, and a place may come free kStretch late. Filled from the store at
// the start. One thread.
#pragma once

#include "coordinator/job.h"
#include "coordinator/store/tenant_table.h"

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace musicfleet::backend {

class HourlyCount {
 public:
  static constexpr std::chrono::seconds kStretch{10};
  static constexpr std::chrono::hours kWindow{1};

  // What was ordered before this process began, in stretches of kStretch.
  void load(const std::vector<store::SubmissionCount>& counts);

  // When another song of the tenant may be ordered where `limit` may within an hour, from `now` on; zero:
  // now. The whole window for a limit of 0.
  std::chrono::milliseconds wait(const TenantId& tenant, std::int64_t limit, WallTime now);
  void add(const TenantId& tenant, WallTime at);
  // One that was counted at `at` was not taken in after all.
  void take_back(const TenantId& tenant, WallTime at);

 private:
  using Stretches = std::map<WallTime, std::int64_t>;  // by their beginning

  // Drops what no longer counts, and what a clock that was set back has left in the future.
  static void prune(Stretches& stretches, WallTime now);

  std::map<TenantId, Stretches> tenants_;
};

}  // namespace musicfleet::backend
