#include "coordinator/http/job_routes.h"

#include "common/sha256.h"
#include "coordinator/http/error_response.h"
#include "coordinator/http/job_events.h"
#include "coordinator/http/job_fields.h"
#include "coordinator/http/job_json.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/service.h"
#include "coordinator/http/submission_json.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace musicfleet::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr FieldRule kOrderedHeaders[] = {
    {.name = "Location", .description = "path of the job", .required = true},
    {.name = "Idempotent-Replayed",
     .description = "true where an earlier request with this Idempotency-Key made the job"}};

double number_of(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

JobId id_of(const HttpRequest& request) { return JobId{request.path_parameter("id")}; }

}  // namespace

JobQuery job_query_from(const Fields& query) {
  JobQuery wanted;
  if (const std::string* state = find_field(query, "state")) wanted.state = job_state_of(*state);
  if (const std::string* cursor = find_field(query, "cursor")) wanted.cursor = *cursor;
  if (const std::string* limit = find_field(query, "limit"))
    wanted.limit = static_cast<int>(number_of(*limit));
  return wanted;
}

std::string job_page_json(const JobPage& page, const std::string& public_url, bool for_operators) {
  nlohmann::ordered_json jobs = nlohmann::ordered_json::array();
  for (const Job& job : page.jobs)
    jobs.push_back(for_operators ? admin_job_json(job, public_url) : job_json(job, public_url));
  nlohmann::ordered_json body{{"jobs", std::move(jobs)}, {"next_cursor", nullptr}};
  if (!page.next_cursor.empty()) body["next_cursor"] = page.next_cursor;
  return body.dump();
}

JobRoutes::JobRoutes(Backend& backend, const IntakeDesk& intake, std::string public_url,
                     milliseconds heartbeat)
    : backend_(backend), intake_(intake), public_url_(std::move(public_url)), heartbeat_(heartbeat) {}

std::vector<Route> JobRoutes::routes() {
  return {
      {.method = "POST",
       .pattern = "/v1/jobs",
       .access = Access::kApiKey,
       .scope = KeyScope::kJobsWrite,
       .group = "Jobs",
       .summary = "Order a song. With an Idempotency-Key header the same key and body give the same job for "
                  "24 hours.",
       .answers = {{202, "The job, safely stored", job_schema(), {}, kOrderedHeaders}},
       .problems = {409, 429},
       .handler = [this](HttpRequest& request) { return submit(request); },
       .headers = submission_headers(),
       .body = submission_schema()},
      {.method = "GET",
       .pattern = "/v1/jobs",
       .access = Access::kApiKey,
       .scope = KeyScope::kJobsRead,
       .group = "Jobs",
       .summary = "Jobs of the key's tenant, newest first",
       .answers = {{200, "A page of jobs", job_page_schema()}},
       .handler = [this](HttpRequest& request) { return list(request); },
       .query = job_list_parameters()},
      {.method = "GET",
       .pattern = "/v1/jobs/{id}",
       .access = Access::kApiKey,
       .scope = KeyScope::kJobsRead,
       .group = "Jobs",
       .summary = "One job; with wait, as soon as it has ended or the time is over",
       .answers = {{200, "The job", job_schema()}},
       .problems = {404},
       .handler = [this](HttpRequest& request) { return show(request); },
       .query = job_wait_parameters()},
      {.method = "DELETE",
       .pattern = "/v1/jobs/{id}",
       .access = Access::kApiKey,
       .scope = KeyScope::kJobsWrite,
       .group = "Jobs",
       .summary = "Cancel a job",
       .answers = {{200, "The job, cancelled", job_schema()},
                   {202, "The job, marked; it ends as soon as its worker has stopped", job_schema()}},
       .problems = {404, 409},
       .handler = [this](HttpRequest& request) { return cancel(request); }},
      {.method = "GET",
       .pattern = "/v1/jobs/{id}/events",
       .access = Access::kApiKey,
       .scope = KeyScope::kJobsRead,
       .group = "Jobs",
       .summary = "Server-sent events `state` and `progress` until the job has ended",
       .answers = {{200, "The events", {}, {"text/event-stream"}}},
       .problems = {404},
       .handler = [this](HttpRequest& request) { return events(request); }},
  };
}

Awaitable<HttpResponse> JobRoutes::submit(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxSubmissionBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  Result<Submission> submission = submission_from(body.document);
  if (!submission) co_return Failure(submission.error());
  submission->body_sha256 = sha256(body.raw);
  if (const std::string* given = find_field(request.headers, "Idempotency-Key")) {
    Result<std::string> key = checked_idempotency_key(*given);
    if (!key) co_return Failure(key.error());
    submission->idempotency_key = std::move(*key);
  }
  if (intake_.intake().paused())
    co_return problem(problems::kIntakePaused, "the intake of jobs is paused; submit again later", {},
                      request.request_id);
  const Result<SubmitReply> reply = co_await backend_.submit(request.who, std::move(*submission));
  if (!reply) co_return Failure(reply.error());
  if (const auto& away = reply->turned_away)
    co_return turned_away(away->why, away->retry_after, request.request_id);
  HttpResponse response = json_response(202, job_json(reply->job, public_url_).dump());
  response.headers.push_back({"Location", concat("/v1/jobs/", reply->job.id)});
  if (reply->replayed) response.headers.push_back({"Idempotent-Replayed", "true"});
  co_return response;
}

Awaitable<HttpResponse> JobRoutes::list(HttpRequest& request) {
  JobQuery query = job_query_from(request.query_parameters);
  const Result<JobPage> page = co_await backend_.jobs(request.who, std::move(query));
  if (!page) co_return Failure(page.error());
  co_return json_response(200, job_page_json(*page, public_url_, false));
}

Awaitable<HttpResponse> JobRoutes::show(HttpRequest& request) {
  const JobId id = id_of(request);
  const std::string* wait = find_field(request.query_parameters, "wait");
  Result<std::string> key = presented_key(request.headers);
  if (!key) co_return Failure(key.error());
  const milliseconds patience(wait ? std::llround(number_of(*wait) * 1000) : 0);
  const steady_clock::time_point until = steady_clock::now() + patience;
  Result<Job> job = co_await backend_.job(request.who, id);
  while (job && !is_final(job->state)) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (left <= milliseconds::zero()) break;
    job = co_await backend_.next_update(request.who, id, job->revision, left);
    // The key may have been revoked meanwhile.
    if (const auto still = co_await backend_.authenticate(*key); !still) co_return Failure(still.error());
  }
  if (!job) co_return Failure(job.error());
  co_return json_response(200, job_json(*job, public_url_).dump());
}

Awaitable<HttpResponse> JobRoutes::cancel(HttpRequest& request) {
  const JobId id = id_of(request);
  const Result<Job> job = co_await backend_.cancel(request.who, id);
  if (!job) co_return Failure(job.error());
  co_return json_response(is_final(job->state) ? 200 : 202, job_json(*job, public_url_).dump());
}

Awaitable<HttpResponse> JobRoutes::events(HttpRequest& request) {
  const JobId id = id_of(request);
  Result<Job> job = co_await backend_.job(request.who, id);
  if (!job) co_return Failure(job.error());
  Result<std::string> key = presented_key(request.headers);
  if (!key) co_return Failure(key.error());
  HttpResponse response;
  // X-Accel-Buffering: nginx hands each event on at once.
  response.headers = {
      {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.stream = std::make_unique<JobEvents>(backend_, std::move(*key), request.who, std::move(*job),
                                                public_url_, heartbeat_);
  co_return response;
}

}  // namespace musicfleet::http
