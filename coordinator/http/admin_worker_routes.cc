#include "coordinator/http/admin_worker_routes.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_json.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

using nlohmann::ordered_json;

namespace {

std::optional<std::chrono::seconds> seconds_of(const nlohmann::json& body, const char* field) {
  const auto found = body.find(field);
  if (found == body.end() || found->is_null()) return std::nullopt;
  return std::chrono::seconds(found->get<std::int64_t>());
}

WorkerKeyOrder order_of(const nlohmann::json& body) {
  return {body.at("public_key").get<std::string>(),
          seconds_of(body, "valid_after_seconds").value_or(std::chrono::seconds(0)),
          seconds_of(body, "expires_after_seconds")};
}

}  // namespace

std::vector<Route> AdminWorkerRoutes::routes() {
  using R = AdminWorkerRoutes;
  return {
      admin_route(this, "POST", "/admin/v1/workers", "Let a worker in",
                  {{201, "The worker", new_worker_answer_schema()}}, {409}, &R::add,
                  {.body = new_worker_schema()}),
      admin_route(this, "GET", "/admin/v1/workers", "All workers",
                  {{200, "The workers", worker_list_schema()}}, {}, &R::list),
      admin_route(this, "GET", "/admin/v1/workers/{name}", "One worker",
                  {{200, "The worker", worker_schema()}}, {404}, &R::show),
      admin_route(this, "POST", "/admin/v1/workers/{name}/drain",
                  "Give a worker no new job; it finishes what it has begun, and stays so until it is resumed",
                  {{204, "It is ordered"}}, {404}, &R::drain),
      admin_route(this, "POST", "/admin/v1/workers/{name}/resume", "Give a drained worker jobs again",
                  {{204, "It is ordered"}}, {404}, &R::resume),
      admin_route(this, "DELETE", "/admin/v1/workers/{name}", "Shut a worker out", {{204, "It is revoked"}},
                  {404}, &R::revoke),
      admin_route(this, "GET", "/admin/v1/workers/{name}/keys", "A worker's keys",
                  {{200, "The keys, oldest first", worker_key_list_schema()}}, {404}, &R::list_keys),
      admin_route(this, "POST", "/admin/v1/workers/{name}/keys", "Give a worker a further key",
                  {{201, "The worker", new_worker_answer_schema()}}, {404, 409}, &R::add_key,
                  {.body = new_worker_key_schema()}),
      admin_route(this, "DELETE", "/admin/v1/workers/{name}/keys/{key}", "End one key of a worker",
                  {{204, "It is revoked"}}, {404}, &R::revoke_key)};
}

Awaitable<HttpResponse> AdminWorkerRoutes::add(HttpRequest& request) {
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
  WorkerKeyOrder order = order_of(body.document);
  const Result<> added = co_await backend_.add_worker(request.by, name, std::move(order));
  if (!added) co_return Failure(added.error());
  const ordered_json answer{{"name", name.value}, {"public_key", key}};
  co_return json_response(201, answer.dump());
}

Awaitable<HttpResponse> AdminWorkerRoutes::list(HttpRequest&) {
  const auto workers = co_await backend_.workers();
  if (!workers) co_return Failure(workers.error());
  ordered_json list = ordered_json::array();
  for (const WorkerInfo& worker : *workers) list.push_back(admin_json(worker));
  co_return json_response(200, ordered_json{{"workers", std::move(list)}}.dump());
}

Awaitable<HttpResponse> AdminWorkerRoutes::show(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const auto workers = co_await backend_.workers();
  if (!workers) co_return Failure(workers.error());
  for (const WorkerInfo& worker : *workers)
    if (worker.name == name) co_return json_response(200, admin_json(worker).dump());
  co_return fail(ErrorCode::kNotFound, "there is no worker ", name);
}

Awaitable<HttpResponse> AdminWorkerRoutes::revoke(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const Result<> revoked = co_await backend_.revoke_worker(request.by, name);
  if (!revoked) co_return Failure(revoked.error());
  co_return no_content();
}

Awaitable<HttpResponse> AdminWorkerRoutes::list_keys(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const auto keys = co_await desk_.worker_keys(name);
  if (!keys) co_return Failure(keys.error());
  ordered_json list = ordered_json::array();
  for (const WorkerKeyInfo& key : *keys) list.push_back(admin_json(key));
  co_return json_response(200, ordered_json{{"keys", std::move(list)}}.dump());
}

Awaitable<HttpResponse> AdminWorkerRoutes::add_key(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_worker_key_fields(), body.document);
  if (!checked) co_return Failure(checked.error());
  const WorkerId name{request.path_parameter("name")};
  WorkerKeyOrder order = order_of(body.document);
  const Result<> keyed = check_public_key("public_key", order.public_key);
  if (!keyed) co_return Failure(keyed.error());
  const ordered_json answer{{"name", name.value}, {"public_key", order.public_key}};
  const auto overlap = seconds_of(body.document, "overlap_seconds");
  const Result<> added = co_await desk_.add_worker_key(request.by, name, std::move(order), overlap);
  if (!added) co_return Failure(added.error());
  co_return json_response(201, answer.dump());
}

Awaitable<HttpResponse> AdminWorkerRoutes::revoke_key(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const std::string key = request.path_parameter("key");
  const Result<> revoked = co_await desk_.revoke_worker_key(request.by, name, key);
  if (!revoked) co_return Failure(revoked.error());
  co_return no_content();
}

Awaitable<HttpResponse> AdminWorkerRoutes::drain(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const Result<> ordered = co_await drains_.drain(request.by, name);
  if (!ordered) co_return Failure(ordered.error());
  co_return no_content();
}

Awaitable<HttpResponse> AdminWorkerRoutes::resume(HttpRequest& request) {
  const WorkerId name{request.path_parameter("name")};
  const Result<> ordered = co_await drains_.resume(request.by, name);
  if (!ordered) co_return Failure(ordered.error());
  co_return no_content();
}

}  // namespace musicfleet::http
