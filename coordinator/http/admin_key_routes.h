// The operators' API keys: made, listed, revoked. Loop thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminKeyRoutes {
 public:
  explicit AdminKeyRoutes(Backend& backend) : backend_(backend) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> add(HttpRequest& request);
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> revoke(HttpRequest& request);

  Backend& backend_;
};

}  // namespace musicfleet::http
