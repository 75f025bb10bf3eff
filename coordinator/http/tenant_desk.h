// The tenants and their limits, as the operators' routes need them. Implemented by coordinator/backend; tests
// implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"
#include "coordinator/tenant.h"

#include <functional>

namespace musicfleet::http {

struct TenantInfo {
  TenantId id;
  WallTime created_at{};
  TenantLimits limits;
};

class TenantDesk {
 public:
  virtual ~TenantDesk() = default;

  // From the limits as they are to those that shall hold. May be called on another thread.
  using LimitsChange = std::function<TenantLimits(TenantLimits)>;

  // By name.
  virtual Awaitable<std::vector<TenantInfo>> tenants() = 0;
  // Each change is committed, with its record in the audit log, when it completes; the tenant as it is then.
  // kConflict where there is one of that id.
  virtual Awaitable<TenantInfo> add_tenant(Operator by, TenantId id, TenantLimits limits) = 0;
  // From now on; kNotFound for a tenant that does not exist.
  virtual Awaitable<TenantInfo> set_limits(Operator by, TenantId id, LimitsChange change) = 0;
};

}  // namespace musicfleet::http
