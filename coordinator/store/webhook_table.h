// Webhooks: endpoints with their sealed secrets, and the outbox of messages to them, which the database's own
// trigger fills as jobs change. Opens no transaction of its own. One thread.
#pragma once

#include "coordinator/store/database.h"
#include "coordinator/webhook.h"

#include <vector>

namespace musicfleet::store {

struct WebhookRow {
  Webhook webhook;
  std::string sealed_secret;
  std::optional<std::string> sealed_previous;  // exactly with webhook.previous_secret_until
};

// What an attempt to deliver did, to the message and to its endpoint.
struct WebhookAttempt {
  DeliveryId delivery;
  WebhookId endpoint;
  WallTime due_at{};  // the message's next_at when it was sent
  WallTime at{};
  std::optional<int> status;
  std::string problem;
  DeliveryState state = DeliveryState::kWaiting;
  std::optional<WallTime> next_at;  // exactly where it waits again
  int failures = 0;                 // of the endpoint from now on
  std::optional<WallTime> failing_since;
  std::optional<WallTime> rests_until;
  std::string disable_reason;  // empty: the endpoint stays as it is
};

struct DeliveryQuery {
  WebhookId endpoint;
  std::optional<DeliveryState> state;
  std::string cursor;  // empty: from the newest
  int limit = 50;
};

struct DeliveryPage {
  std::vector<WebhookDelivery> deliveries;  // newest first
  std::string next_cursor;                  // empty on the last page
};

struct WebhookBacklog {
  std::int64_t waiting = 0;
  std::optional<WallTime> oldest;
};

class WebhookTable {
 public:
  static constexpr int kMostOfATenant = 16;

  explicit WebhookTable(Database& database) : database_(database) {}

  // kNotFound for a tenant that does not exist, kQuota where it has as many as it may.
  Result<> add(const WebhookRow& row);
  Result<std::vector<WebhookRow>> all();

  // These are kNotFound for an endpoint that does not exist.
  // The secret so far signs as well until `previous_until`.
  Result<> rotate(const WebhookId& id, const std::string& sealed_secret, WallTime previous_until);
  // Forgets how it failed; what waits for it is sent.
  Result<> enable(const WebhookId& id);
  Result<> disable(const WebhookId& id, const std::string& reason);
  // With all its deliveries.
  Result<> remove(const WebhookId& id);
  // Sends a message again at once and, if need be, by the whole schedule; kNotFound where there is no such
  // one.
  Result<> resend(const WebhookId& id, const DeliveryId& delivery, WallTime now);

  // The message that is due first; nothing where none waits.
  Result<std::optional<WebhookDelivery>> head(const WebhookId& id);
  // When the endpoint's next message is due after this. Nothing happens to a message or an endpoint that was
  // removed meanwhile.
  Result<std::optional<WallTime>> record(const WebhookAttempt& attempt);

  // kInvalidArgument for a cursor that is none.
  Result<DeliveryPage> deliveries(const DeliveryQuery& query);
  Result<WebhookBacklog> backlog();
  // Deletes at most `limit` messages that ended before; how many.
  Result<int> forget_ended(WallTime before, int limit);

 private:
  Database& database_;
};

}  // namespace musicfleet::store
