// Money, to operators: the cost report, purchases, and what they found out about one. Loop thread.
#pragma once

#include "coordinator/http/money_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminMoneyRoutes {
 public:
  explicit AdminMoneyRoutes(MoneyDesk& desk) : desk_(desk) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> costs(HttpRequest& request);
  Awaitable<HttpResponse> costs_csv(HttpRequest& request);
  Awaitable<HttpResponse> purchases(HttpRequest& request);
  Awaitable<HttpResponse> settle(HttpRequest& request);

  MoneyDesk& desk_;
};

}  // namespace musicfleet::http
