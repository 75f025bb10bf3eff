// What operators let go of before its time: writes the order down, has Retention carry it out, and writes
// down what came of it. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/retention.h"
#include "coordinator/http/removal_desk.h"

namespace musicfleet::backend {

class RemovalDesk final : public http::RemovalDesk {
 public:
  // All of them outlive it.
  RemovalDesk(store::StoreThread& store, Retention& retention, AuditLog& audit, const Clock& clock)
      : store_(store), retention_(retention), audit_(audit), clock_(clock) {}

  http::Awaitable<http::Removed> purge(http::Operator by, http::PurgeOrder order) override;
  http::Awaitable<http::Removed> erase(http::Operator by, TenantId tenant, bool dry_run) override;

 private:
  http::Awaitable<store::RemovalCounts> count(http::PurgeOrder order);
  http::Awaitable<store::RemovalCounts> carry_out(http::PurgeOrder order);
  EndedFilter filter_of(const http::PurgeOrder& order) const;

  store::StoreThread& store_;
  Retention& retention_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace musicfleet::backend
