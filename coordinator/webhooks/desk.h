// Webhooks as operators manage them: checks what they ask for, commits it with its record, and keeps the book
// and the courier in step with the store. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/http/webhook_desk.h"
#include "coordinator/webhooks/courier.h"

namespace musicfleet::webhooks {

// What it works with; all of it outlives it.
struct DeskParts {
  const Clock& clock;
  store::StoreThread& store;
  backend::AuditLog& audit;
  EndpointBook& book;
  Courier& courier;
  const TargetRules& rules;
};

class Desk final : public http::WebhookDesk {
 public:
  explicit Desk(DeskParts parts) : parts_(parts) {}

  http::Awaitable<http::WebhookWithSecret> add_webhook(http::Operator by, http::NewWebhook webhook) override;
  http::Awaitable<std::vector<Webhook>> webhooks(std::optional<TenantId> tenant) override;
  http::Awaitable<Webhook> webhook(WebhookId id) override;
  http::Awaitable<http::WebhookWithSecret> rotate_webhook(http::Operator by, WebhookId id,
                                                          std::chrono::seconds overlap) override;
  http::Awaitable<Webhook> enable_webhook(http::Operator by, WebhookId id) override;
  http::Awaitable<Webhook> disable_webhook(http::Operator by, WebhookId id) override;
  http::Awaitable<> remove_webhook(http::Operator by, WebhookId id) override;
  http::Awaitable<http::DeliveryPage> deliveries(WebhookId id, http::DeliveryQuery query) override;
  http::Awaitable<> resend(http::Operator by, WebhookId id, DeliveryId delivery) override;

 private:
  DeskParts parts_;
};

}  // namespace musicfleet::webhooks
