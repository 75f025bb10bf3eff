#include "coordinator/http/admin_worker_routes.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_json.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

using nlohmann::ordered_json;

std::vector<Route> AdminWorkerRoutes::routes() {
  using R = AdminWorkerRoutes;
  return {admin_route(this, "POST", "/admin/v1/workers", "Let a worker in",
                      {{201, "The worker", new_worker_answer_schema()}}, {409}, &R::add,
                      {.body = new_worker_schema()}),
          admin_route(this, "GET", "/admin/v1/workers", "All workers",
                      {{200, "The workers", worker_list_schema()}}, {}, &R::list),
          admin_route(this, "GET", "/admin/v1/workers/{name}", "One worker",
                      {{200, "The worker", worker_schema()}}, {404}, &R::show),
          admin_route(this, "DELETE", "/admin/v1/workers/{name}", "Shut a worker out",
                      {{204, "It is revoked"}}, {404}, &R::revoke)};
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
  const Result<> added = co_await backend_.add_worker(request.by, name, key);
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

}  // namespace musicfleet::http
