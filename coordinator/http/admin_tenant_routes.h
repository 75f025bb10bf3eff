// The tenants, to operators: listed, added, limited, erased. Loop thread.
#pragma once

#include "coordinator/http/removal_desk.h"
#include "coordinator/http/router.h"
#include "coordinator/http/tenant_desk.h"

namespace musicfleet::http {

class AdminTenantRoutes {
 public:
  AdminTenantRoutes(TenantDesk& desk, RemovalDesk& removals) : desk_(desk), removals_(removals) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> add(HttpRequest& request);
  Awaitable<HttpResponse> set(HttpRequest& request);
  Awaitable<HttpResponse> erase(HttpRequest& request);

  TenantDesk& desk_;
  RemovalDesk& removals_;
};

}  // namespace musicfleet::http
