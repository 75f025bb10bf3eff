#include "coordinator/http/admin_tenant_routes.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/removal_json.h"
#include "coordinator/http/tenant_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

using nlohmann::ordered_json;

std::vector<Route> AdminTenantRoutes::routes() {
  using R = AdminTenantRoutes;
  return {
      admin_route(this, "GET", "/admin/v1/tenants", "All tenants with their limits",
                  {{200, "The tenants", tenant_list_schema()}}, {}, &R::list),
      admin_route(this, "GET", "/admin/v1/tenants/{id}", "One tenant", {{200, "The tenant", tenant_schema()}},
                  {404}, &R::show),
      admin_route(this, "POST", "/admin/v1/tenants", "Add a tenant; keys are made for it afterwards",
                  {{201, "The tenant", tenant_schema()}}, {409}, &R::add, {.body = new_tenant_schema()}),
      admin_route(this, "POST", "/admin/v1/tenants/{id}",
                  "Change limits of a tenant, from now on; those that are left out stay, null removes one",
                  {{200, "The tenant", tenant_schema()}}, {404}, &R::set, {.body = limits_schema()}),
      admin_route(this, "POST", "/admin/v1/tenants/{id}/erase",
                  "Erase what a tenant's jobs hold of it: prompts, lyrics, titles, metadata, songs",
                  {{200, "What went, or would go", removed_schema()}}, {404}, &R::erase,
                  {.body = erase_order_schema()})};
}

Awaitable<HttpResponse> AdminTenantRoutes::list(HttpRequest&) {
  const auto tenants = co_await desk_.tenants();
  if (!tenants) co_return Failure(tenants.error());
  ordered_json list = ordered_json::array();
  for (const TenantInfo& tenant : *tenants) list.push_back(tenant_json(tenant));
  co_return json_response(200, ordered_json{{"tenants", std::move(list)}}.dump());
}

Awaitable<HttpResponse> AdminTenantRoutes::show(HttpRequest& request) {
  const TenantId id{request.path_parameter("id")};
  const auto tenants = co_await desk_.tenants();
  if (!tenants) co_return Failure(tenants.error());
  for (const TenantInfo& tenant : *tenants)
    if (tenant.id == id) co_return json_response(200, tenant_json(tenant).dump());
  co_return fail(ErrorCode::kNotFound, "there is no tenant ", id);
}

Awaitable<HttpResponse> AdminTenantRoutes::add(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_tenant_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  const TenantId id{body.document.at("id").get<std::string>()};
  const Result<> named = check_operator_name("id", id.value);
  if (!named) co_return Failure(named.error());
  const TenantLimits limits = limits_over({}, body.document);
  const Result<TenantInfo> tenant = co_await desk_.add_tenant(request.by, id, limits);
  if (!tenant) co_return Failure(tenant.error());
  co_return json_response(201, tenant_json(*tenant).dump());
}

Awaitable<HttpResponse> AdminTenantRoutes::set(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(limits_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  const TenantId id{request.path_parameter("id")};
  TenantDesk::LimitsChange change = [document = std::move(body.document)](TenantLimits limits) {
    return limits_over(limits, document);
  };
  const Result<TenantInfo> tenant = co_await desk_.set_limits(request.by, id, std::move(change));
  if (!tenant) co_return Failure(tenant.error());
  co_return json_response(200, tenant_json(*tenant).dump());
}

Awaitable<HttpResponse> AdminTenantRoutes::erase(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(erase_order_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  const TenantId id{request.path_parameter("id")};
  const bool dry_run = body.document.value("dry_run", false);
  const Result<Removed> removed = co_await removals_.erase(request.by, id, dry_run);
  if (!removed) co_return Failure(removed.error());
  co_return json_response(200, removed_json(*removed, dry_run).dump());
}

}  // namespace musicfleet::http
