#include "coordinator/webhooks/endpoint_book.h"

#include <algorithm>

namespace musicfleet::webhooks {

std::vector<Secret> Endpoint::signers(WallTime now) const {
  std::vector<Secret> secrets;
  if (secret) secrets.push_back(*secret);
  if (previous && webhook.previous_secret_until && *webhook.previous_secret_until > now)
    secrets.push_back(*previous);
  return secrets;
}

bool Endpoint::wants(std::string_view event) const {
  return webhook.enabled &&
         std::find(webhook.events.begin(), webhook.events.end(), event) != webhook.events.end();
}

void EndpointBook::put(const store::WebhookRow& row) {
  const WebhookId& id = row.webhook.id;
  Endpoint endpoint{row.webhook, open(id, row.sealed_secret), std::nullopt};
  if (row.sealed_previous) endpoint.previous = open(id, *row.sealed_previous);
  endpoints_.insert_or_assign(id, std::move(endpoint));
}

Endpoint* EndpointBook::find(const WebhookId& id) {
  const auto found = endpoints_.find(id);
  return found == endpoints_.end() ? nullptr : &found->second;
}

std::string EndpointBook::seal(const WebhookId& id, const Secret& secret) const {
  return key_.seal(secret.text(), id.value);
}

std::optional<Secret> EndpointBook::open(const WebhookId& id, const std::string& sealed) const {
  const auto text = key_.open(sealed, id.value);
  if (!text) return std::nullopt;
  auto secret = Secret::of(*text);
  if (!secret) return std::nullopt;
  return *std::move(secret);
}

}  // namespace musicfleet::webhooks
