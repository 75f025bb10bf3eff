// The fleet at a glance, and whether jobs are taken in. Loop thread.
#pragma once

#include "coordinator/http/overview_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminOverviewRoutes {
 public:
  AdminOverviewRoutes(OverviewDesk& overview, IntakeDesk& intake) : overview_(overview), intake_(intake) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> show_intake(HttpRequest& request);
  Awaitable<HttpResponse> set_intake(HttpRequest& request);

  OverviewDesk& overview_;
  IntakeDesk& intake_;
};

}  // namespace musicfleet::http
