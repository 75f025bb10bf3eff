#include "coordinator/http/admin_key_routes.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_json.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

using nlohmann::ordered_json;

std::vector<Route> AdminKeyRoutes::routes() {
  using R = AdminKeyRoutes;
  return {admin_route(this, "POST", "/admin/v1/keys", "Make an API key",
                      {{201, "The key, shown this once", new_key_answer_schema()}}, {404}, &R::add,
                      {.body = new_key_schema()}),
          admin_route(this, "GET", "/admin/v1/keys", "All API keys", {{200, "The keys", key_list_schema()}},
                      {}, &R::list),
          admin_route(this, "DELETE", "/admin/v1/keys/{id}", "Revoke an API key", {{204, "It is revoked"}},
                      {404}, &R::revoke)};
}

Awaitable<HttpResponse> AdminKeyRoutes::add(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_key_fields(), body.document);
  if (!checked) co_return Failure(checked.error());
  const TenantId tenant{body.document.value("tenant", std::string("default"))};
  const Result<> named = check_operator_name("tenant", tenant.value);
  if (!named) co_return Failure(named.error());
  const std::string label = body.document.value("label", std::string());
  const Result<NewApiKey> key = co_await backend_.add_api_key(request.by, tenant, label);
  if (!key) co_return Failure(key.error());
  const ordered_json answer{
      {"id", key->id.value}, {"key", key->secret}, {"tenant", tenant.value}, {"label", label}};
  co_return json_response(201, answer.dump());
}

Awaitable<HttpResponse> AdminKeyRoutes::list(HttpRequest&) {
  const auto keys = co_await backend_.api_keys();
  if (!keys) co_return Failure(keys.error());
  ordered_json list = ordered_json::array();
  for (const ApiKeyInfo& key : *keys) list.push_back(admin_json(key));
  co_return json_response(200, ordered_json{{"keys", std::move(list)}}.dump());
}

Awaitable<HttpResponse> AdminKeyRoutes::revoke(HttpRequest& request) {
  const KeyId id{request.path_parameter("id")};
  const Result<> revoked = co_await backend_.revoke_api_key(request.by, id);
  if (!revoked) co_return Failure(revoked.error());
  co_return no_content();
}

}  // namespace musicfleet::http
