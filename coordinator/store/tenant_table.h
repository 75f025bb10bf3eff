// The tenants and their limits. Opens no transaction of its own. One thread.
#pragma once

#include "coordinator/store/database.h"
#include "coordinator/tenant.h"

#include <vector>

namespace musicfleet::store {

struct TenantRow {
  TenantId id;
  WallTime created_at{};
  TenantLimits limits;
};

// Submissions of one tenant within one stretch of time.
struct SubmissionCount {
  TenantId tenant;
  WallTime from{};
  std::int64_t jobs = 0;
};

class TenantTable {
 public:
  explicit TenantTable(Database& database) : database_(database) {}

  // kConflict where there is one of that id.
  Result<> add(const TenantRow& tenant);
  // kNotFound for a tenant that does not exist.
  Result<> set_limits(const TenantId& id, const TenantLimits& limits);
  // kNotFound for a tenant that does not exist.
  Result<TenantRow> tenant(const TenantId& id);
  Result<std::vector<TenantRow>> tenants();
  // What was submitted after `since`, counted in stretches of `stretch` that begin at its multiples. Cost
  // grows with the jobs counted, by an index alone.
  Result<std::vector<SubmissionCount>> submissions(WallTime since, std::chrono::milliseconds stretch);

 private:
  Database& database_;
};

}  // namespace musicfleet::store
