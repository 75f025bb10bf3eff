// Webhooks as operators manage them: checks what they ask for, commits it, and keeps the book and the courier
// in step with the store. Loop thread.
#pragma once

#include "coordinator/http/webhook_desk.h"
#include "coordinator/webhooks/courier.h"

namespace musicfleet::webhooks {

// What it works with; all of it outlives it.
struct DeskParts {
  const Clock& clock;
  store::StoreThread& store;
  EndpointBook& book;
  Courier& courier;
  const TargetRules& rules;
};

class Desk final : public http::WebhookDesk {
 public:
  explicit Desk(DeskParts parts) : parts_(parts) {}

  http::Awaitable<http::WebhookWithSecret> add_webhook(http::NewWebhook webhook) override;
  http::Awaitable<std::vector<Webhook>> webhooks(std::optional<TenantId> tenant) override;
  http::Awaitable<Webhook> webhook(WebhookId id) override;
  http::Awaitable<http::WebhookWithSecret> rotate_webhook(WebhookId id,
                                                          std::chrono::seconds overlap) override;
  http::Awaitable<Webhook> enable_webhook(WebhookId id) override;
  http::Awaitable<Webhook> disable_webhook(WebhookId id) override;
  http::Awaitable<> remove_webhook(WebhookId id) override;
  http::Awaitable<http::DeliveryPage> deliveries(WebhookId id, http::DeliveryQuery query) override;
  http::Awaitable<> resend(WebhookId id, DeliveryId delivery) override;

 private:
  using Work = std::function<Result<>(store::Writer&)>;

  // Completes when `work` is committed.
  http::Awaitable<> commit(Work work);

  DeskParts parts_;
};

}  // namespace musicfleet::webhooks
