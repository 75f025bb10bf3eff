#include "coordinator/http/tenant_json.h"

#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr double kMost = 1e9;

constexpr FieldRule limit(std::string_view name, std::string_view description, bool required) {
  return {.name = name,
          .kind = FieldKind::kInteger,
          .description = description,
          .required = required,
          .nullable = true,
          .least = 0,
          .most = kMost};
}
constexpr FieldRule weight(bool required) {
  return {.name = "weight",
          .kind = FieldKind::kInteger,
          .description = "its share of the workers where tenants compete",
          .required = required,
          .least = 1,
          .most = TenantLimits::kMaxWeight};
}
constexpr FieldRule max_queued(bool required) {
  return limit("max_queued", "jobs that wait for a worker; null: no limit", required);
}
constexpr FieldRule max_running(bool required) {
  return limit("max_running", "jobs that are with workers; null: no limit", required);
}
constexpr FieldRule songs_per_hour(bool required) {
  return limit("songs_per_hour", "submissions within any hour; null: no limit", required);
}
constexpr FieldRule spend_day(bool required) {
  return limit("spend_cents_per_day", "on songs that are bought, by the day in UTC; null: no limit",
               required);
}
constexpr FieldRule spend_month(bool required) {
  return limit("spend_cents_per_month", "the same by the month; null: no limit", required);
}
constexpr std::string_view kPolicies[] = {"fleet_only", "fleet_first", "elevenlabs_first", "elevenlabs_only",
                                          "shadow"};
constexpr FieldRule policy(bool required) {
  return {.name = "policy",
          .description = "where its songs are made or bought",
          .required = required,
          .choices = kPolicies};
}
constexpr FieldRule buys_again(bool required) {
  return {.name = "buys_again",
          .kind = FieldKind::kBoolean,
          .description = "whether a song is bought again of which nobody knows whether it was paid for",
          .required = required};
}
constexpr FieldRule kId{
    .name = "id", .description = "the tenant's name", .required = true, .most_characters = 64};

constexpr FieldRule kTenantFields[] = {kId,
                                       {.name = "created_at", .required = true, .format = "date-time"},
                                       max_queued(true),
                                       max_running(true),
                                       songs_per_hour(true),
                                       spend_day(true),
                                       spend_month(true),
                                       policy(true),
                                       buys_again(true),
                                       weight(true)};
constexpr FieldRule kListFields[] = {{.name = "tenants",
                                      .kind = FieldKind::kObjectList,
                                      .required = true,
                                      .members = kTenantFields,
                                      .schema = "Tenant"}};
constexpr FieldRule kNewFields[] = {kId,
                                    max_queued(false),
                                    max_running(false),
                                    songs_per_hour(false),
                                    spend_day(false),
                                    spend_month(false),
                                    policy(false),
                                    buys_again(false),
                                    weight(false)};
constexpr FieldRule kLimitFields[] = {max_queued(false), max_running(false), songs_per_hour(false),
                                      spend_day(false),  spend_month(false), policy(false),
                                      buys_again(false), weight(false)};

ordered_json or_null(const std::optional<std::int64_t>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

void lay(const json& document, const char* name, std::optional<std::int64_t>& into) {
  const auto found = document.find(name);
  if (found == document.end()) return;
  into = found->is_null() ? std::nullopt : std::optional(found->get<std::int64_t>());
}

}  // namespace

ordered_json tenant_json(const TenantInfo& tenant) {
  const TenantLimits& limits = tenant.limits;
  return {{"id", tenant.id.value},
          {"created_at", rfc3339(tenant.created_at)},
          {"max_queued", or_null(limits.max_queued)},
          {"max_running", or_null(limits.max_running)},
          {"songs_per_hour", or_null(limits.songs_per_hour)},
          {"spend_cents_per_day", or_null(limits.spend_cents_per_day)},
          {"spend_cents_per_month", or_null(limits.spend_cents_per_month)},
          {"policy", name_of(limits.policy)},
          {"buys_again", limits.buys_again},
          {"weight", limits.weight}};
}

JsonSchema tenant_schema() { return {"Tenant", kTenantFields}; }
JsonSchema tenant_list_schema() { return {"Tenants", kListFields}; }
JsonSchema new_tenant_schema() { return {"NewTenant", kNewFields}; }
JsonSchema limits_schema() { return {"TenantLimits", kLimitFields}; }

TenantLimits limits_over(TenantLimits limits, const json& document) {
  lay(document, "max_queued", limits.max_queued);
  lay(document, "max_running", limits.max_running);
  lay(document, "songs_per_hour", limits.songs_per_hour);
  lay(document, "spend_cents_per_day", limits.spend_cents_per_day);
  lay(document, "spend_cents_per_month", limits.spend_cents_per_month);
  if (document.contains("policy"))
    limits.policy = routing_policy_of(document.at("policy").get<std::string>()).value_or(limits.policy);
  limits.buys_again = document.value("buys_again", limits.buys_again);
  limits.weight = document.value("weight", limits.weight);
  return limits;
}

}  // namespace musicfleet::http
