// The fleet at a glance, and whether jobs are taken in. Loop thread.
#pragma once

#include "coordinator/http/audit_desk.h"
#include "coordinator/http/overview_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminOverviewRoutes {
 public:
  AdminOverviewRoutes(OverviewDesk& overview, IntakeDesk& intake, AuditDesk& audit)
      : overview_(overview), intake_(intake), audit_(audit) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> show_intake(HttpRequest& request);
  Awaitable<HttpResponse> set_intake(HttpRequest& request);

  OverviewDesk& overview_;
  IntakeDesk& intake_;
  AuditDesk& audit_;
};

}  // namespace musicfleet::http
