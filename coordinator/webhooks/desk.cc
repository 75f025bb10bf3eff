#include "coordinator/webhooks/desk.h"

#include "common/random.h"
#include "coordinator/backend/awaited.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::webhooks {
namespace {

constexpr std::size_t kIdCharacters = 20;
constexpr int kLongestPage = 200;
using nlohmann::json;
using Work = std::function<Result<>(store::Writer&)>;

constexpr char kByOperator[] = "by an operator";

Failure unknown(const WebhookId& id) { return fail(ErrorCode::kNotFound, "there is no webhook ", id); }

Result<std::vector<std::string>> checked_events(std::vector<std::string> events) {
  if (events.empty()) return fail_field("events", "must name at least one event");
  for (const std::string& event : events)
    if (std::find(kWebhookEvents.begin(), kWebhookEvents.end(), event) == kWebhookEvents.end())
      return fail_field("events", "has \"", event, "\", which is no event");
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

Result<Secret> secret_of(const http::NewWebhook& webhook) {
  if (!webhook.secret) return Secret::make();
  auto secret = Secret::of(*webhook.secret);
  if (!secret) return fail_field("secret", secret.error().message);
  return secret;
}

}  // namespace

http::Awaitable<http::WebhookWithSecret> Desk::add_webhook(http::Operator by, http::NewWebhook wanted) {
  const Result<> target = parts_.rules.check_url(wanted.url);
  if (!target) co_return Failure(target.error());
  auto events = checked_events(std::move(wanted.events));
  if (!events) co_return Failure(events.error());
  const auto secret = secret_of(wanted);
  if (!secret) co_return Failure(secret.error());

  store::WebhookRow row;
  row.webhook.id = WebhookId{"wh_" + random_token(kIdCharacters)};
  row.webhook.tenant = wanted.tenant;
  row.webhook.url = wanted.url;
  row.webhook.description = wanted.description;
  row.webhook.events = *std::move(events);
  row.webhook.created_at = parts_.clock.wall_now();
  row.sealed_secret = parts_.book.seal(row.webhook.id, *secret);
  // Not the whole URL: path and query may hold secrets of the receiver.
  const std::string detail = json{
      {"tenant", row.webhook.tenant.value},
      {"origin", origin_of(row.webhook.url).value_or("")},
      {"events",
       row.webhook.events}}.dump();
  store::AuditRecord record = parts_.audit.entry(by, "webhook.add", row.webhook.id.value, detail);
  Work add = [row](store::Writer& writer) { return writer.webhooks.add(row); };
  const Result<> added = co_await parts_.audit.change(std::move(record), std::move(add));
  if (!added) co_return Failure(added.error());
  parts_.book.put(row);
  parts_.courier.on_endpoint(row.webhook.id);
  co_return http::WebhookWithSecret{row.webhook, secret->text()};
}

http::Awaitable<std::vector<Webhook>> Desk::webhooks(std::optional<TenantId> tenant) {
  std::vector<Webhook> found;
  for (const auto& [id, endpoint] : parts_.book.all())
    if (!tenant || endpoint.webhook.tenant == *tenant) found.push_back(endpoint.webhook);
  std::sort(found.begin(), found.end(), [](const Webhook& a, const Webhook& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  co_return found;
}

http::Awaitable<Webhook> Desk::webhook(WebhookId id) {
  const Endpoint* endpoint = parts_.book.find(id);
  if (!endpoint) co_return unknown(id);
  co_return endpoint->webhook;
}

http::Awaitable<http::WebhookWithSecret> Desk::rotate_webhook(http::Operator by, WebhookId id,
                                                              std::chrono::seconds overlap) {
  const Secret secret = Secret::make();
  const std::string sealed = parts_.book.seal(id, secret);
  const WallTime until = parts_.clock.wall_now() + overlap;
  store::AuditRecord record =
      parts_.audit.entry(by, "webhook.rotate", id.value,
                         json{{"previous_secret_until", until.time_since_epoch().count()}}.dump());
  Work rotate = [id, sealed, until](store::Writer& writer) {
    return writer.webhooks.rotate(id, sealed, until);
  };
  const Result<> rotated = co_await parts_.audit.change(std::move(record), std::move(rotate));
  if (!rotated) co_return Failure(rotated.error());
  Endpoint* endpoint = parts_.book.find(id);
  if (!endpoint) co_return unknown(id);
  endpoint->previous = std::exchange(endpoint->secret, secret);
  endpoint->webhook.previous_secret_until = until;
  co_return http::WebhookWithSecret{endpoint->webhook, secret.text()};
}

http::Awaitable<Webhook> Desk::enable_webhook(http::Operator by, WebhookId id) {
  store::AuditRecord record = parts_.audit.entry(by, "webhook.enable", id.value);
  Work enable = [id](store::Writer& writer) { return writer.webhooks.enable(id); };
  const Result<> enabled = co_await parts_.audit.change(std::move(record), std::move(enable));
  if (!enabled) co_return Failure(enabled.error());
  Endpoint* endpoint = parts_.book.find(id);
  if (!endpoint) co_return unknown(id);
  Webhook& webhook = endpoint->webhook;
  webhook.enabled = true;
  webhook.disabled_reason.clear();
  webhook.failures = 0;
  webhook.failing_since.reset();
  webhook.rests_until.reset();
  parts_.courier.on_endpoint(id);
  co_return webhook;
}

http::Awaitable<Webhook> Desk::disable_webhook(http::Operator by, WebhookId id) {
  store::AuditRecord record = parts_.audit.entry(by, "webhook.disable", id.value);
  Work disable = [id](store::Writer& writer) { return writer.webhooks.disable(id, kByOperator); };
  const Result<> disabled = co_await parts_.audit.change(std::move(record), std::move(disable));
  if (!disabled) co_return Failure(disabled.error());
  Endpoint* endpoint = parts_.book.find(id);
  if (!endpoint) co_return unknown(id);
  endpoint->webhook.enabled = false;
  endpoint->webhook.disabled_reason = kByOperator;
  parts_.courier.on_endpoint_gone(id);
  co_return endpoint->webhook;
}

http::Awaitable<> Desk::remove_webhook(http::Operator by, WebhookId id) {
  store::AuditRecord record = parts_.audit.entry(by, "webhook.remove", id.value);
  Work remove = [id](store::Writer& writer) { return writer.webhooks.remove(id); };
  const Result<> removed = co_await parts_.audit.change(std::move(record), std::move(remove));
  if (!removed) co_return Failure(removed.error());
  parts_.book.remove(id);
  parts_.courier.on_endpoint_gone(id);
  co_return Result<>();
}

http::Awaitable<http::DeliveryPage> Desk::deliveries(WebhookId id, http::DeliveryQuery wanted) {
  if (!parts_.book.find(id)) co_return unknown(id);
  const store::DeliveryQuery query{id, wanted.state, std::move(wanted.cursor),
                                   std::clamp(wanted.limit, 1, kLongestPage)};
  std::function<Result<store::DeliveryPage>(store::Writer&)> list = [query](store::Writer& writer) {
    return writer.webhooks.deliveries(query);
  };
  auto page = co_await backend::written<store::DeliveryPage>(parts_.store, std::move(list));
  if (!page) co_return Failure(page.error());
  co_return http::DeliveryPage{std::move(page->deliveries), std::move(page->next_cursor)};
}

http::Awaitable<> Desk::resend(http::Operator by, WebhookId id, DeliveryId delivery) {
  if (!parts_.book.find(id)) co_return unknown(id);
  const WallTime now = parts_.clock.wall_now();
  store::AuditRecord record =
      parts_.audit.entry(by, "webhook.resend", id.value, json{{"delivery", delivery.value}}.dump());
  Work resend = [id, delivery, now](store::Writer& writer) {
    return writer.webhooks.resend(id, delivery, now);
  };
  const Result<> resent = co_await parts_.audit.change(std::move(record), std::move(resend));
  if (!resent) co_return resent;
  parts_.courier.on_endpoint(id);
  co_return Result<>();
}

}  // namespace musicfleet::webhooks
