// The keys of clients and operators: made, listed, shown, rotated, revoked. Loop thread.
#pragma once

#include "coordinator/http/key_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminKeyRoutes {
 public:
  explicit AdminKeyRoutes(KeyDesk& desk) : desk_(desk) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> add(HttpRequest& request);
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> rotate(HttpRequest& request);
  Awaitable<HttpResponse> revoke(HttpRequest& request);

  KeyDesk& desk_;
};

}  // namespace musicfleet::http
