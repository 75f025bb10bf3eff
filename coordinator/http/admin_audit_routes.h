// The audit log over HTTP: its rows, newest first, and whether its chain still holds. Loop thread.
#pragma once

#include "coordinator/http/audit_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminAuditRoutes {
 public:
  explicit AdminAuditRoutes(AuditDesk& desk) : desk_(desk) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> verify(HttpRequest& request);

  AuditDesk& desk_;
};

}  // namespace musicfleet::http
