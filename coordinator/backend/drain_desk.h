// Drains and resumes workers: writes the order down, then has the dispatcher follow it. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/drain_desk.h"

namespace musicfleet::backend {

class DrainDesk final : public http::DrainDesk {
 public:
  // Both outlive it.
  DrainDesk(AuditLog& audit, DispatchLoop& dispatch) : audit_(audit), dispatch_(dispatch) {}

  http::Awaitable<> drain(http::Operator by, WorkerId worker) override {
    return order(std::move(by), std::move(worker), true);
  }
  http::Awaitable<> resume(http::Operator by, WorkerId worker) override {
    return order(std::move(by), std::move(worker), false);
  }

 private:
  http::Awaitable<> order(http::Operator by, WorkerId worker, bool drain);

  AuditLog& audit_;
  DispatchLoop& dispatch_;
};

}  // namespace musicfleet::backend
