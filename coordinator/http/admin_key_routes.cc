#include "coordinator/http/admin_key_routes.h"

#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/key_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

KeyId id_of(const HttpRequest& request) { return KeyId{request.path_parameter("id")}; }

HttpResponse secret_response(const NewKey& made) {
  ordered_json body = key_json({made.key});
  body["key"] = made.secret;
  return json_response(201, body.dump());
}

}  // namespace

std::vector<Route> AdminKeyRoutes::routes() {
  using R = AdminKeyRoutes;
  const RouteAnswer made{201, "The key, shown this once", key_with_secret_schema()};
  return {admin_route(this, "POST", "/admin/v1/keys", "Make a key for a client or an operator", {made}, {404},
                      &R::add, {.body = new_key_schema()}),
          admin_route(this, "GET", "/admin/v1/keys", "All keys, oldest first",
                      {{200, "The keys", key_list_schema()}}, {}, &R::list),
          admin_route(this, "GET", "/admin/v1/keys/{id}", "One key", {{200, "The key", key_schema()}}, {404},
                      &R::show),
          admin_route(this, "POST", "/admin/v1/keys/{id}/rotate",
                      "Make a key in the place of another, which still counts for a while", {made},
                      {404, 409}, &R::rotate, {.body = key_rotation_schema()}),
          admin_route(this, "DELETE", "/admin/v1/keys/{id}", "End a key at once", {{204, "It is revoked"}},
                      {404}, &R::revoke)};
}

Awaitable<HttpResponse> AdminKeyRoutes::add(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_key_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  Result<KeyOrder> order = key_order_from(body.document);
  if (!order) co_return Failure(order.error());
  const Result<NewKey> made = co_await desk_.add_key(request.by, std::move(*order));
  if (!made) co_return Failure(made.error());
  co_return secret_response(*made);
}

Awaitable<HttpResponse> AdminKeyRoutes::list(HttpRequest&) {
  const auto keys = co_await desk_.keys();
  if (!keys) co_return Failure(keys.error());
  ordered_json list = ordered_json::array();
  for (const KeyInfo& key : *keys) list.push_back(key_json(key));
  co_return json_response(200, ordered_json{{"keys", std::move(list)}}.dump());
}

Awaitable<HttpResponse> AdminKeyRoutes::show(HttpRequest& request) {
  const KeyId id = id_of(request);
  const Result<KeyInfo> key = co_await desk_.key(id);
  if (!key) co_return Failure(key.error());
  co_return json_response(200, key_json(*key).dump());
}

Awaitable<HttpResponse> AdminKeyRoutes::rotate(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(key_rotation_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  const KeyId id = id_of(request);
  const KeyRotation rotation = key_rotation_from(body.document);
  const Result<NewKey> made = co_await desk_.rotate_key(request.by, id, rotation);
  if (!made) co_return Failure(made.error());
  co_return secret_response(*made);
}

Awaitable<HttpResponse> AdminKeyRoutes::revoke(HttpRequest& request) {
  const KeyId id = id_of(request);
  const Result<> revoked = co_await desk_.revoke_key(request.by, id);
  if (!revoked) co_return Failure(revoked.error());
  co_return no_content();
}

}  // namespace musicfleet::http
