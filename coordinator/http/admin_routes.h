// The operators' API: API keys, workers, and the jobs of every tenant. Loop thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminRoutes {
 public:
  AdminRoutes(Backend& backend, std::string public_url);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> add_key(HttpRequest& request);
  Awaitable<HttpResponse> list_keys(HttpRequest& request);
  Awaitable<HttpResponse> revoke_key(HttpRequest& request);
  Awaitable<HttpResponse> add_worker(HttpRequest& request);
  Awaitable<HttpResponse> list_workers(HttpRequest& request);
  Awaitable<HttpResponse> revoke_worker(HttpRequest& request);
  Awaitable<HttpResponse> list_jobs(HttpRequest& request);
  Awaitable<HttpResponse> show_job(HttpRequest& request);
  Awaitable<HttpResponse> cancel_job(HttpRequest& request);

  HttpResponse job_response(int status, const Job& job) const;

  Backend& backend_;
  std::string public_url_;
};

}  // namespace musicfleet::http
