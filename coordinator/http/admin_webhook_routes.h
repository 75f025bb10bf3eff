// Webhooks, to operators: made, listed, given a new secret, enabled and disabled, and what was sent to them.
// Loop thread.
#pragma once

#include "coordinator/http/router.h"
#include "coordinator/http/webhook_desk.h"

namespace musicfleet::http {

class AdminWebhookRoutes {
 public:
  explicit AdminWebhookRoutes(WebhookDesk& desk) : desk_(desk) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> add(HttpRequest& request);
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> rotate(HttpRequest& request);
  Awaitable<HttpResponse> enable(HttpRequest& request);
  Awaitable<HttpResponse> disable(HttpRequest& request);
  Awaitable<HttpResponse> remove(HttpRequest& request);
  Awaitable<HttpResponse> deliveries(HttpRequest& request);
  Awaitable<HttpResponse> resend(HttpRequest& request);

  WebhookDesk& desk_;
};

}  // namespace musicfleet::http
