#include "coordinator/http/admin_routes.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_json.h"
#include "coordinator/http/job_fields.h"
#include "coordinator/http/job_json.h"
#include "coordinator/http/job_routes.h"
#include "coordinator/http/json_body.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxAdminBodyBytes = 16 * 1024;

HttpResponse no_content() {
  HttpResponse response;
  response.status = 204;
  return response;
}

template <class Items>
std::string list_json(const char* name, const Items& items) {
  ordered_json list = ordered_json::array();
  for (const auto& item : items) list.push_back(admin_json(item));
  return ordered_json{{name, std::move(list)}}.dump();
}

}  // namespace

AdminRoutes::AdminRoutes(Backend& backend, std::string public_url)
    : backend_(backend), public_url_(std::move(public_url)) {}

std::vector<Route> AdminRoutes::routes() {
  const auto route = [this](std::string method, std::string pattern, std::string summary,
                            std::vector<RouteAnswer> answers, std::vector<int> problems,
                            Awaitable<HttpResponse> (AdminRoutes::*member)(HttpRequest&),
                            JsonSchema body = {}, std::span<const FieldRule> query = {}) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .access = Access::kAdmin,
                 .group = "Administration",
                 .summary = std::move(summary),
                 .answers = std::move(answers),
                 .problems = std::move(problems),
                 .handler = [this, member](HttpRequest& request) { return (this->*member)(request); },
                 .query = query,
                 .body = body};
  };
  const RouteAnswer revoked{204, "It is revoked"};
  return {
      route("POST", "/admin/v1/keys", "Make an API key",
            {{201, "The key, shown this once", new_key_answer_schema()}}, {404}, &AdminRoutes::add_key,
            new_key_schema()),
      route("GET", "/admin/v1/keys", "All API keys", {{200, "The keys", key_list_schema()}}, {},
            &AdminRoutes::list_keys),
      route("DELETE", "/admin/v1/keys/{id}", "Revoke an API key", {revoked}, {404}, &AdminRoutes::revoke_key),
      route("POST", "/admin/v1/workers", "Let a worker in", {{201, "The worker", new_worker_answer_schema()}},
            {409}, &AdminRoutes::add_worker, new_worker_schema()),
      route("GET", "/admin/v1/workers", "All workers", {{200, "The workers", worker_list_schema()}}, {},
            &AdminRoutes::list_workers),
      route("DELETE", "/admin/v1/workers/{name}", "Shut a worker out", {revoked}, {404},
            &AdminRoutes::revoke_worker),
      route("GET", "/admin/v1/jobs", "Jobs of every tenant, newest first",
            {{200, "A page of jobs", admin_job_page_schema()}}, {}, &AdminRoutes::list_jobs, {},
            job_list_parameters()),
      route("GET", "/admin/v1/jobs/{id}", "One job", {{200, "The job", admin_job_schema()}}, {404},
            &AdminRoutes::show_job),
      route("DELETE", "/admin/v1/jobs/{id}", "Cancel a job",
            {{200, "The job, cancelled", admin_job_schema()},
             {202, "The job, marked; it ends as soon as its worker has stopped", admin_job_schema()}},
            {404, 409}, &AdminRoutes::cancel_job)};
}

Awaitable<HttpResponse> AdminRoutes::add_key(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_key_fields(), body.document);
  if (!checked) co_return Failure(checked.error());
  const TenantId tenant{body.document.value("tenant", std::string("default"))};
  const Result<> named = check_operator_name("tenant", tenant.value);
  if (!named) co_return Failure(named.error());
  const std::string label = body.document.value("label", std::string());
  const Result<NewApiKey> key = co_await backend_.add_api_key(tenant, label);
  if (!key) co_return Failure(key.error());
  const ordered_json answer{
      {"id", key->id.value}, {"key", key->secret}, {"tenant", tenant.value}, {"label", label}};
  co_return json_response(201, answer.dump());
}

Awaitable<HttpResponse> AdminRoutes::list_keys(HttpRequest&) {
  const auto keys = co_await backend_.api_keys();
  if (!keys) co_return Failure(keys.error());
  co_return json_response(200, list_json("keys", *keys));
}

Awaitable<HttpResponse> AdminRoutes::revoke_key(HttpRequest& request) {
  const KeyId id{request.path_parameter("id")};
  const Result<> revoked = co_await backend_.revoke_api_key(id);
  if (!revoked) co_return Failure(revoked.error());
  co_return no_content();
}

Awaitable<HttpResponse> AdminRoutes::add_worker(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_worker_fields(), body.document);
  if (!checked) co_return Failure(checked.error());
  const WorkerId name{body.document.at("name").get<std::string>()};
  const std::string key = body.document.at("public_key").get<std::string>();
  const Result<> named = check_operator_name("name", name.value);
  if (!named) co_return Failure(named.error());
  const Result<> keyed = check_public_key("public_key", key);
  if (!keyed) co_return Failure(keyed.error());
  const Result<> added = co_await backend_.add_worker(name, key);
  if (!added) co_return Failure(added.error());
  const ordered_json answer{{"name", name.value}, {"public_key", key}};
  co_return json_response(201, answer.dump());
}

Awaitable<HttpResponse> AdminRoutes::list_workers(HttpRequest&) {
  const auto workers = co_await backend_.workers();
  if (!workers) co_return Failure(workers.error());
  co_return json_response(200, list_json("workers", *workers));
}

Awaitable<HttpResponse> AdminRoutes::revoke_worker(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const Result<> revoked = co_await backend_.revoke_worker(name);
  if (!revoked) co_return Failure(revoked.error());
  co_return no_content();
}

Awaitable<HttpResponse> AdminRoutes::list_jobs(HttpRequest& request) {
  JobQuery query = job_query_from(request.query_parameters);
  const Result<JobPage> page = co_await backend_.all_jobs(std::move(query));
  if (!page) co_return Failure(page.error());
  co_return json_response(200, job_page_json(*page, public_url_, true));
}

Awaitable<HttpResponse> AdminRoutes::show_job(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return Failure(job.error());
  co_return job_response(200, *job);
}

Awaitable<HttpResponse> AdminRoutes::cancel_job(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<Job> job = co_await backend_.cancel_any(id);
  if (!job) co_return Failure(job.error());
  co_return job_response(is_final(job->state) ? 200 : 202, *job);
}

HttpResponse AdminRoutes::job_response(int status, const Job& job) const {
  ordered_json body = job_json(job, public_url_);
  body["tenant"] = job.tenant.value;
  return json_response(status, body.dump());
}

}  // namespace musicfleet::http
