#include "coordinator/http/webhook_json.h"

#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule text(std::string_view name, std::string_view description = {}) {
  return {.name = name, .description = description, .required = true};
}
constexpr FieldRule time(std::string_view name, bool nullable, std::string_view description = {}) {
  return {.name = name,
          .description = description,
          .required = true,
          .nullable = nullable,
          .format = "date-time"};
}
constexpr FieldRule count(std::string_view name, bool nullable, std::string_view description) {
  return {.name = name,
          .kind = Kind::kInteger,
          .description = description,
          .required = true,
          .nullable = nullable};
}

constexpr std::string_view kDeliveryStates[] = {"waiting", "delivered", "failed"};

#define MUSICFLEET_WEBHOOK_FIELDS                                                                          \
  text("id"), text("tenant"), text("url"), text("description"),                                            \
      {.name = "events", .kind = Kind::kStringList, .required = true},                                     \
      {.name = "enabled", .kind = Kind::kBoolean, .required = true},                                       \
      text("disabled_reason", "empty while it is enabled"), time("created_at", false),                     \
      time("previous_secret_until", true, "until then the secret before the last rotation signs as well"), \
      count("failures", false, "attempts since the last one that was answered with 2xx"),                  \
      time("failing_since", true), time("rests_until", true, "nothing is sent to it before")

constexpr FieldRule kWebhookFields[] = {MUSICFLEET_WEBHOOK_FIELDS};
constexpr FieldRule kWithSecretFields[] = {MUSICFLEET_WEBHOOK_FIELDS,
                                           text("secret", "whsec_…: shown this once")};
constexpr FieldRule kListFields[] = {{.name = "webhooks",
                                      .kind = Kind::kObjectList,
                                      .required = true,
                                      .members = kWebhookFields,
                                      .schema = "Webhook"}};

constexpr FieldRule kDeliveryFields[] = {text("id", "the header webhook-id of every attempt"),
                                         text("webhook"),
                                         text("job"),
                                         text("event"),
                                         time("created_at", false, "when it happened"),
                                         {.name = "state", .required = true, .choices = kDeliveryStates},
                                         count("attempts", false, "of the current schedule"),
                                         time("next_at", true, "of the next attempt, while it waits"),
                                         time("ended_at", true),
                                         time("tried_at", true, "of the last attempt"),
                                         count("status", true, "that answered the last attempt"),
                                         text("problem", "why the last attempt did not succeed")};
constexpr FieldRule kPageFields[] = {{.name = "deliveries",
                                      .kind = Kind::kObjectList,
                                      .required = true,
                                      .members = kDeliveryFields,
                                      .schema = "WebhookDelivery"},
                                     {.name = "next_cursor",
                                      .description = "for the next page; null on the last one",
                                      .required = true,
                                      .nullable = true}};

constexpr FieldRule kTenantField{.name = "tenant", .description = "only its webhooks", .most_characters = 64};
constexpr FieldRule kNewFields[] = {
    {.name = "url",
     .description = "an https URL on a public address, or what the coordinator's webhooks.allow names",
     .required = true,
     .most_characters = 2048},
    {.name = "events",
     .kind = Kind::kStringList,
     .description = "of job.leased, job.succeeded, job.failed, job.cancelled",
     .default_json = R"(["job.succeeded","job.failed","job.cancelled"])"},
    {.name = "tenant",
     .description = "whose jobs it is told of",
     .most_characters = 64,
     .default_json = R"("default")"},
    {.name = "description",
     .description = "what it is for, shown in lists",
     .most_characters = 200,
     .default_json = R"("")"},
    {.name = "secret",
     .description = "whsec_ and base 64 of 24 to 64 bytes; one is drawn where there is none",
     .most_characters = 128}};
constexpr FieldRule kRotationFields[] = {{.name = "overlap_seconds",
                                          .kind = Kind::kInteger,
                                          .description = "for which the secret so far signs as well",
                                          .least = 0,
                                          .most = 7 * 24 * 3600,
                                          .default_json = "86400"}};
constexpr FieldRule kWebhookParameters[] = {kTenantField};
constexpr FieldRule kDeliveryParameters[] = {
    {.name = "state", .choices = kDeliveryStates},
    {.name = "limit", .kind = Kind::kInteger, .least = 1, .most = 200, .default_json = "50"},
    {.name = "cursor", .description = "next_cursor of the page before"}};

}  // namespace

ordered_json webhook_json(const Webhook& webhook) {
  return {{"id", webhook.id.value},
          {"tenant", webhook.tenant.value},
          {"url", webhook.url},
          {"description", webhook.description},
          {"events", webhook.events},
          {"enabled", webhook.enabled},
          {"disabled_reason", webhook.disabled_reason},
          {"created_at", rfc3339(webhook.created_at)},
          {"previous_secret_until", time_or_null(webhook.previous_secret_until)},
          {"failures", webhook.failures},
          {"failing_since", time_or_null(webhook.failing_since)},
          {"rests_until", time_or_null(webhook.rests_until)}};
}

ordered_json delivery_json(const WebhookDelivery& delivery) {
  return {{"id", delivery.id.value},
          {"webhook", delivery.endpoint.value},
          {"job", delivery.job.value},
          {"event", delivery.event},
          {"created_at", rfc3339(delivery.created_at)},
          {"state", name_of(delivery.state)},
          {"attempts", delivery.attempts},
          {"next_at", time_or_null(delivery.next_at)},
          {"ended_at", time_or_null(delivery.ended_at)},
          {"tried_at", time_or_null(delivery.tried_at)},
          {"status", delivery.status ? ordered_json(*delivery.status) : ordered_json(nullptr)},
          {"problem", delivery.problem}};
}

JsonSchema webhook_schema() { return {"Webhook", kWebhookFields}; }
JsonSchema webhook_list_schema() { return {"Webhooks", kListFields}; }
JsonSchema webhook_with_secret_schema() { return {"WebhookWithSecret", kWithSecretFields}; }
JsonSchema delivery_page_schema() { return {"WebhookDeliveries", kPageFields}; }
JsonSchema new_webhook_schema() { return {"NewWebhook", kNewFields}; }
JsonSchema rotation_schema() { return {"WebhookRotation", kRotationFields}; }
std::span<const FieldRule> webhook_list_parameters() { return kWebhookParameters; }
std::span<const FieldRule> delivery_list_parameters() { return kDeliveryParameters; }

}  // namespace musicfleet::http
