// What the HTTP routes ask about webhooks. Implemented by coordinator/webhooks; tests implement it in memory.
// Loop thread; no call blocks it. Every change is on disk, with its record in the audit log, when its call
// completes.
#pragma once

#include "coordinator/http/backend.h"
#include "coordinator/webhook.h"

namespace musicfleet::http {

struct NewWebhook {
  TenantId tenant;
  std::string url;
  std::string description;
  std::vector<std::string> events;    // of kWebhookEvents
  std::optional<std::string> secret;  // unset: one is drawn
};

// Only ever shown once.
struct WebhookWithSecret {
  Webhook webhook;
  std::string secret;
};

struct DeliveryQuery {
  std::optional<DeliveryState> state;
  std::string cursor;  // empty: from the newest
  int limit = 50;      // 1 … 200
};

struct DeliveryPage {
  std::vector<WebhookDelivery> deliveries;  // newest first
  std::string next_cursor;                  // empty on the last page
};

class WebhookDesk {
 public:
  virtual ~WebhookDesk() = default;

  // kInvalidArgument for a URL that messages must not go to, for no event or an unknown one and for a secret
  // that is none; kNotFound without such a tenant; kQuota.
  virtual Awaitable<WebhookWithSecret> add_webhook(Operator by, NewWebhook webhook) = 0;
  // Oldest first; of one tenant or of all.
  virtual Awaitable<std::vector<Webhook>> webhooks(std::optional<TenantId> tenant) = 0;

  // All of these are kNotFound for a webhook that does not exist.
  virtual Awaitable<Webhook> webhook(WebhookId id) = 0;
  // A new secret; the one so far signs as well for `overlap`.
  virtual Awaitable<WebhookWithSecret> rotate_webhook(Operator by, WebhookId id,
                                                      std::chrono::seconds overlap) = 0;
  // What waits for it is sent at once.
  virtual Awaitable<Webhook> enable_webhook(Operator by, WebhookId id) = 0;
  // What waits for it goes on waiting; nothing is added to it.
  virtual Awaitable<Webhook> disable_webhook(Operator by, WebhookId id) = 0;
  virtual Awaitable<> remove_webhook(Operator by, WebhookId id) = 0;
  virtual Awaitable<DeliveryPage> deliveries(WebhookId id, DeliveryQuery query) = 0;
  // Sends it again under its id; kNotFound also for a delivery of another webhook.
  virtual Awaitable<> resend(Operator by, WebhookId id, DeliveryId delivery) = 0;
};

}  // namespace musicfleet::http
