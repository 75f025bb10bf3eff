// The whole fleet at a glance, gathered from the board, the metrics, the workers and the store. Loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/overview_desk.h"

namespace musicfleet::backend {

// Whom it asks; all of it outlives it.
struct OverviewParts {
  const Clock& clock;
  store::StoreThread& store;
  const DispatchLoop& dispatch;
  const JobBoard& board;
  const Metrics& metrics;
  const http::IntakeDesk& intake;
  http::Backend& backend;
};

class OverviewDesk final : public http::OverviewDesk {
 public:
  explicit OverviewDesk(OverviewParts parts) : parts_(parts) {}

  http::Awaitable<http::Overview> overview() override;

 private:
  OverviewParts parts_;
};

}  // namespace musicfleet::backend
