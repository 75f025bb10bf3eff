#include "coordinator/http/admin_webhook_routes.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/webhook_json.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kDefaultOverlapSeconds = 24 * 3600;
const std::vector<std::string> kDefaultEvents{"job.succeeded", "job.failed", "job.cancelled"};

WebhookId id_of(const HttpRequest& request) { return WebhookId{request.path_parameter("id")}; }

HttpResponse webhook_response(const Webhook& webhook) {
  return json_response(200, webhook_json(webhook).dump());
}

HttpResponse secret_response(int status, const WebhookWithSecret& made) {
  ordered_json body = webhook_json(made.webhook);
  body["secret"] = made.secret;
  return json_response(status, body.dump());
}

// The body has followed its schema.
NewWebhook new_webhook_of(const nlohmann::json& body) {
  NewWebhook webhook;
  webhook.tenant = TenantId{body.value("tenant", std::string("default"))};
  webhook.url = body.at("url").get<std::string>();
  webhook.description = body.value("description", std::string());
  webhook.events = body.value("events", kDefaultEvents);
  if (body.contains("secret")) webhook.secret = body.at("secret").get<std::string>();
  return webhook;
}

DeliveryQuery delivery_query_of(const Fields& query) {
  DeliveryQuery wanted;
  if (const std::string* state = find_field(query, "state")) wanted.state = delivery_state_of(*state);
  if (const std::string* cursor = find_field(query, "cursor")) wanted.cursor = *cursor;
  if (const std::string* limit = find_field(query, "limit"))
    std::from_chars(limit->data(), limit->data() + limit->size(), wanted.limit);
  return wanted;
}

}  // namespace

std::vector<Route> AdminWebhookRoutes::routes() {
  using R = AdminWebhookRoutes;
  const RouteAnswer as_it_is{200, "The webhook as it is now", webhook_schema()};
  return {admin_route(this, "POST", "/admin/v1/webhooks", "Tell an endpoint what happens to a tenant's jobs",
                      {{201, "The webhook, with its secret this once", webhook_with_secret_schema()}},
                      {404, 429}, &R::add, {.body = new_webhook_schema()}),
          admin_route(this, "GET", "/admin/v1/webhooks", "Every webhook, or a tenant's, oldest first",
                      {{200, "The webhooks", webhook_list_schema()}}, {}, &R::list,
                      {.query = webhook_list_parameters()}),
          admin_route(this, "GET", "/admin/v1/webhooks/{id}", "One webhook",
                      {{200, "The webhook", webhook_schema()}}, {404}, &R::show),
          admin_route(this, "POST", "/admin/v1/webhooks/{id}/rotate",
                      "Give it a new secret; the one so far signs as well for a while",
                      {{200, "The webhook, with its new secret this once", webhook_with_secret_schema()}},
                      {404}, &R::rotate, {.body = rotation_schema()}),
          admin_route(this, "POST", "/admin/v1/webhooks/{id}/enable", "Send to it, what waits for it first",
                      {as_it_is}, {404}, &R::enable),
          admin_route(this, "POST", "/admin/v1/webhooks/{id}/disable", "Send nothing to it", {as_it_is},
                      {404}, &R::disable),
          admin_route(this, "DELETE", "/admin/v1/webhooks/{id}", "Remove it and all its deliveries",
                      {{204, "It is removed"}}, {404}, &R::remove),
          admin_route(this, "GET", "/admin/v1/webhooks/{id}/deliveries", "What it was sent, newest first",
                      {{200, "A page of deliveries", delivery_page_schema()}}, {404}, &R::deliveries,
                      {.query = delivery_list_parameters()}),
          admin_route(this, "POST", "/admin/v1/webhooks/{id}/deliveries/{delivery}/resend",
                      "Send a delivery again under its id", {{202, "It is sent as soon as it is its turn"}},
                      {404}, &R::resend)};
}

Awaitable<HttpResponse> AdminWebhookRoutes::add(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(new_webhook_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  NewWebhook webhook = new_webhook_of(body.document);
  const Result<> named = check_operator_name("tenant", webhook.tenant.value);
  if (!named) co_return Failure(named.error());
  const Result<WebhookWithSecret> made = co_await desk_.add_webhook(request.by, std::move(webhook));
  if (!made) co_return Failure(made.error());
  co_return secret_response(201, *made);
}

Awaitable<HttpResponse> AdminWebhookRoutes::list(HttpRequest& request) {
  std::optional<TenantId> tenant;
  if (const std::string* given = find_field(request.query_parameters, "tenant")) tenant = TenantId{*given};
  const auto webhooks = co_await desk_.webhooks(std::move(tenant));
  if (!webhooks) co_return Failure(webhooks.error());
  ordered_json list = ordered_json::array();
  for (const Webhook& webhook : *webhooks) list.push_back(webhook_json(webhook));
  co_return json_response(200, ordered_json{{"webhooks", std::move(list)}}.dump());
}

Awaitable<HttpResponse> AdminWebhookRoutes::show(HttpRequest& request) {
  const WebhookId id = id_of(request);
  const Result<Webhook> webhook = co_await desk_.webhook(id);
  if (!webhook) co_return Failure(webhook.error());
  co_return webhook_response(*webhook);
}

Awaitable<HttpResponse> AdminWebhookRoutes::rotate(HttpRequest& request) {
  const WebhookId id = id_of(request);
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(rotation_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  const std::chrono::seconds overlap(body.document.value("overlap_seconds", kDefaultOverlapSeconds));
  const Result<WebhookWithSecret> rotated = co_await desk_.rotate_webhook(request.by, id, overlap);
  if (!rotated) co_return Failure(rotated.error());
  co_return secret_response(200, *rotated);
}

Awaitable<HttpResponse> AdminWebhookRoutes::enable(HttpRequest& request) {
  const WebhookId id = id_of(request);
  const Result<Webhook> webhook = co_await desk_.enable_webhook(request.by, id);
  if (!webhook) co_return Failure(webhook.error());
  co_return webhook_response(*webhook);
}

Awaitable<HttpResponse> AdminWebhookRoutes::disable(HttpRequest& request) {
  const WebhookId id = id_of(request);
  const Result<Webhook> webhook = co_await desk_.disable_webhook(request.by, id);
  if (!webhook) co_return Failure(webhook.error());
  co_return webhook_response(*webhook);
}

Awaitable<HttpResponse> AdminWebhookRoutes::remove(HttpRequest& request) {
  const WebhookId id = id_of(request);
  const Result<> removed = co_await desk_.remove_webhook(request.by, id);
  if (!removed) co_return Failure(removed.error());
  co_return no_content();
}

Awaitable<HttpResponse> AdminWebhookRoutes::deliveries(HttpRequest& request) {
  const WebhookId id = id_of(request);
  DeliveryQuery query = delivery_query_of(request.query_parameters);
  const Result<DeliveryPage> page = co_await desk_.deliveries(id, std::move(query));
  if (!page) co_return Failure(page.error());
  ordered_json list = ordered_json::array();
  for (const WebhookDelivery& delivery : page->deliveries) list.push_back(delivery_json(delivery));
  ordered_json body{{"deliveries", std::move(list)}, {"next_cursor", nullptr}};
  if (!page->next_cursor.empty()) body["next_cursor"] = page->next_cursor;
  co_return json_response(200, body.dump());
}

Awaitable<HttpResponse> AdminWebhookRoutes::resend(HttpRequest& request) {
  const WebhookId id = id_of(request);
  const DeliveryId delivery{request.path_parameter("delivery")};
  const Result<> resent = co_await desk_.resend(request.by, id, delivery);
  if (!resent) co_return Failure(resent.error());
  HttpResponse response;
  response.status = 202;
  co_return response;
}

}  // namespace musicfleet::http
