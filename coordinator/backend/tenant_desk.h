// The tenants and their limits: written down first, with who did it, then told to dispatching. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/tenant_desk.h"

namespace musicfleet::backend {

class TenantDesk final : public http::TenantDesk {
 public:
  // All of them outlive it.
  TenantDesk(store::StoreThread& store, AuditLog& audit, DispatchLoop& dispatch)
      : store_(store), audit_(audit), dispatch_(dispatch) {}

  http::Awaitable<std::vector<http::TenantInfo>> tenants() override;
  http::Awaitable<http::TenantInfo> add_tenant(http::Operator by, TenantId id, TenantLimits limits) override;
  http::Awaitable<http::TenantInfo> set_limits(http::Operator by, TenantId id, LimitsChange change) override;

 private:
  // The work makes the change and its record.
  http::Awaitable<http::TenantInfo> changed(std::function<Result<store::TenantRow>(store::Writer&)> work);

  store::StoreThread& store_;
  AuditLog& audit_;
  DispatchLoop& dispatch_;
};

}  // namespace musicfleet::backend
