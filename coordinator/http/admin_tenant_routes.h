// The tenants, to operators: listed, added, limited. Loop thread.
#pragma once

#include "coordinator/http/router.h"
#include "coordinator/http/tenant_desk.h"

namespace musicfleet::http {

class AdminTenantRoutes {
 public:
  explicit AdminTenantRoutes(TenantDesk& desk) : desk_(desk) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> add(HttpRequest& request);
  Awaitable<HttpResponse> set(HttpRequest& request);

  TenantDesk& desk_;
};

}  // namespace musicfleet::http
