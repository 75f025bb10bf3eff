// Webhooks as the coordinator knows them: who is told of what happens to a tenant's jobs, and what was told.
// Plain data, any thread.
#pragma once

#include "coordinator/job.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

using WebhookId = Id<struct WebhookTag>;    // "wh_" + 20 letters and digits
using DeliveryId = Id<struct DeliveryTag>;  // "msg_" + 32 hexadecimal digits: the header webhook-id

// The same as the store's CHECK.
inline constexpr std::array<std::string_view, 4> kWebhookEvents{"job.leased", "job.succeeded", "job.failed",
                                                                "job.cancelled"};
// What a job's arrival in this state is called; empty where nobody is told of it.
std::string_view webhook_event_of(JobState state);

// An endpoint; its secrets stay with the store and whoever signs.
struct Webhook {
  WebhookId id;
  TenantId tenant;
  std::string url;
  std::string description;
  std::vector<std::string> events;  // sorted
  bool enabled = true;
  std::string disabled_reason;
  WallTime created_at{};
  std::optional<WallTime>
      previous_secret_until;  // the secret before the last rotation signs as well until then
  int failures = 0;           // attempts without a 2xx answer since the last one
  std::optional<WallTime> failing_since;
  std::optional<WallTime> rests_until;  // nothing is sent before
};

enum class DeliveryState { kWaiting, kDelivered, kFailed };
// "waiting", "delivered", "failed".
std::string_view name_of(DeliveryState state);
std::optional<DeliveryState> delivery_state_of(std::string_view name);

// One message to one endpoint.
struct WebhookDelivery {
  DeliveryId id;
  WebhookId endpoint;
  JobId job;
  std::string event;
  WallTime created_at{};  // when it happened
  std::string facts_json;
  DeliveryState state = DeliveryState::kWaiting;
  int attempts = 0;
  std::optional<WallTime> next_at;   // exactly while waiting
  std::optional<WallTime> ended_at;  // exactly when not
  std::optional<WallTime> tried_at;  // the last attempt
  std::optional<int> status;         // its answer, if there was one
  std::string problem;               // why it did not succeed
};

}  // namespace musicfleet
