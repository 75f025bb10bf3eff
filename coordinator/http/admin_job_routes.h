// The jobs of every tenant, to operators. Loop thread.
#pragma once

#include "coordinator/http/job_desk.h"
#include "coordinator/http/removal_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminJobRoutes {
 public:
  AdminJobRoutes(Backend& backend, JobDesk& desk, RemovalDesk& removals, std::string public_url);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> story(HttpRequest& request);
  Awaitable<HttpResponse> cancel(HttpRequest& request);
  Awaitable<HttpResponse> requeue(HttpRequest& request);
  Awaitable<HttpResponse> purge(HttpRequest& request);

  HttpResponse job_response(int status, const Job& job) const;

  Backend& backend_;
  JobDesk& desk_;
  RemovalDesk& removals_;
  std::string public_url_;
};

}  // namespace musicfleet::http
