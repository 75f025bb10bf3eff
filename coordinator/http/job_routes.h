// POST /v1/jobs, GET /v1/jobs, GET, DELETE and events of one job. Loop thread.
#pragma once

#include "coordinator/http/intake_desk.h"
#include "coordinator/http/router.h"

#include <chrono>

namespace musicfleet::http {

constexpr std::size_t kMaxSubmissionBytes = 256 * 1024;

class JobRoutes {
 public:
  // `public_url` stands before the paths in answers, e.g. "https://music.example"; may be empty. An event
  // stream with nothing to say sends a comment every `heartbeat`.
  JobRoutes(Backend& backend, const IntakeDesk& intake, std::string public_url,
            std::chrono::milliseconds heartbeat);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> submit(HttpRequest& request);
  Awaitable<HttpResponse> list(HttpRequest& request);
  Awaitable<HttpResponse> show(HttpRequest& request);
  Awaitable<HttpResponse> cancel(HttpRequest& request);
  Awaitable<HttpResponse> events(HttpRequest& request);

  Backend& backend_;
  const IntakeDesk& intake_;
  std::string public_url_;
  std::chrono::milliseconds heartbeat_;
};

// The query of a list of jobs, checked already.
JobQuery job_query_from(const Fields& query);
// {"jobs":[…],"next_cursor":…}; `for_operators`: each as admin_job_json() has it.
std::string job_page_json(const JobPage& page, const std::string& public_url, bool for_operators);

}  // namespace musicfleet::http
