#include "coordinator/http/admin_job_routes.h"

#include "coordinator/http/admin_route.h"
#include "coordinator/http/job_fields.h"
#include "coordinator/http/job_json.h"
#include "coordinator/http/job_routes.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/removal_json.h"
#include "coordinator/http/story_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

AdminJobRoutes::AdminJobRoutes(Backend& backend, JobDesk& desk, RemovalDesk& removals, std::string public_url)
    : backend_(backend), desk_(desk), removals_(removals), public_url_(std::move(public_url)) {}

std::vector<Route> AdminJobRoutes::routes() {
  using R = AdminJobRoutes;
  return {
      admin_route(this, "GET", "/admin/v1/jobs", "Jobs of every tenant, newest first",
                  {{200, "A page of jobs", admin_job_page_schema()}}, {}, &R::list,
                  {.query = admin_job_list_parameters()}),
      admin_route(this, "GET", "/admin/v1/jobs/{id}", "One job", {{200, "The job", admin_job_schema()}},
                  {404}, &R::show),
      admin_route(this, "GET", "/admin/v1/jobs/{id}/story",
                  "Everything that was decided about a job, with the numbers behind it",
                  {{200, "The job, its attempts and its events", story_schema()}}, {404}, &R::story),
      admin_route(this, "POST", "/admin/v1/jobs/{id}/requeue",
                  "Put a failed job back into the queue: its attempts begin anew",
                  {{200, "The job, queued", admin_job_schema()}}, {404, 409}, &R::requeue),
      admin_route(this, "POST", "/admin/v1/purges",
                  "Remove jobs that are over, with everything of them: these, or all that ended long ago",
                  {{200, "What went, or would go", removed_schema()}}, {}, &R::purge,
                  {.body = purge_order_schema()}),
      admin_route(this, "DELETE", "/admin/v1/jobs/{id}", "Cancel a job",
                  {{200, "The job, cancelled", admin_job_schema()},
                   {202, "The job, marked; it ends as soon as its worker has stopped", admin_job_schema()}},
                  {404, 409}, &R::cancel)};
}

Awaitable<HttpResponse> AdminJobRoutes::list(HttpRequest& request) {
  JobQuery query = job_query_from(request.query_parameters);
  const std::string* dead = find_field(request.query_parameters, "dead");
  query.dead = dead && *dead == "true";
  if (query.dead && query.state) co_return fail_field("dead", "is not asked together with state");
  const Result<JobPage> page = co_await backend_.all_jobs(std::move(query));
  if (!page) co_return Failure(page.error());
  co_return json_response(200, job_page_json(*page, public_url_, true));
}

Awaitable<HttpResponse> AdminJobRoutes::show(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return Failure(job.error());
  co_return job_response(200, *job);
}

Awaitable<HttpResponse> AdminJobRoutes::story(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<JobStory> story = co_await desk_.story(id);
  if (!story) co_return Failure(story.error());
  co_return json_response(200, story_json(*story, public_url_).dump());
}

Awaitable<HttpResponse> AdminJobRoutes::cancel(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<Job> job = co_await backend_.cancel_any(request.by, id);
  if (!job) co_return Failure(job.error());
  co_return job_response(is_final(job->state) ? 200 : 202, *job);
}

Awaitable<HttpResponse> AdminJobRoutes::requeue(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<Job> job = co_await desk_.requeue(request.by, id);
  if (!job) co_return Failure(job.error());
  co_return job_response(200, *job);
}

Awaitable<HttpResponse> AdminJobRoutes::purge(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(purge_order_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  Result<PurgeOrder> order = purge_order_of(body.document);
  if (!order) co_return Failure(order.error());
  const bool dry_run = order->dry_run;
  const Result<Removed> removed = co_await removals_.purge(request.by, *std::move(order));
  if (!removed) co_return Failure(removed.error());
  co_return json_response(200, removed_json(*removed, dry_run).dump());
}

HttpResponse AdminJobRoutes::job_response(int status, const Job& job) const {
  return json_response(status, admin_job_json(job, public_url_).dump());
}

}  // namespace musicfleet::http
