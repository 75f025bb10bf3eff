// The endpoints as the process has them in memory, with their secrets opened: what the desk changes and the
// courier sends by. Loop thread.
#pragma once

#include "common/sealing_key.h"
#include "coordinator/store/webhook_table.h"
#include "coordinator/webhooks/secret.h"

#include <map>

namespace musicfleet::webhooks {

struct Endpoint {
  Webhook webhook;
  std::optional<Secret> secret;  // unset: what is stored does not open with this machine's key
  std::optional<Secret> previous;

  // Those that sign at this time, the newest first.
  std::vector<Secret> signers(WallTime now) const;
  bool wants(std::string_view event) const;
};

class EndpointBook {
 public:
  explicit EndpointBook(SealingKey key) : key_(key) {}

  // Instead of what it has of this endpoint.
  void put(const store::WebhookRow& row);
  void remove(const WebhookId& id) { endpoints_.erase(id); }
  // Null where there is none.
  Endpoint* find(const WebhookId& id);
  const std::map<WebhookId, Endpoint>& all() const { return endpoints_; }

  // As the store keeps it.
  std::string seal(const WebhookId& id, const Secret& secret) const;

 private:
  std::optional<Secret> open(const WebhookId& id, const std::string& sealed) const;

  const SealingKey key_;
  std::map<WebhookId, Endpoint> endpoints_;
};

}  // namespace musicfleet::webhooks
