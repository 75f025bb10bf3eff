// The workers, to operators: let in, listed, drained, shut out. Loop thread.
#pragma once

#include "coordinator/http/drain_desk.h"
#include "coordinator/http/router.h"
#include "coordinator/http/worker_desk.h"

namespace musicfleet::http {

class AdminWorkerRoutes {
 public:
  AdminWorkerRoutes(Backend& backend, WorkerDesk& desk, DrainDesk& drains)
      : backend_(backend), desk_(desk), drains_(drains) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> add(HttpRequest& request);
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> revoke(HttpRequest& request);
  Awaitable<HttpResponse> add_key(HttpRequest& request);
  Awaitable<HttpResponse> list_keys(HttpRequest& request);
  Awaitable<HttpResponse> revoke_key(HttpRequest& request);
  Awaitable<HttpResponse> drain(HttpRequest& request);
  Awaitable<HttpResponse> resume(HttpRequest& request);

  Backend& backend_;
  WorkerDesk& desk_;
  DrainDesk& drains_;
};

}  // namespace musicfleet::http
