#include "coordinator/http/key_json.h"

#include "coordinator/http/admin_fields.h"
#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr double kTenYears = 10 * 366 * 86'400.0;
constexpr std::int64_t kDefaultOverlapSeconds = 24 * 3600;

constexpr FieldRule text(std::string_view name, std::string_view description = {}) {
  return {.name = name, .description = description, .required = true};
}
constexpr FieldRule optional_text(std::string_view name, std::string_view description) {
  return {.name = name, .description = description, .required = true, .nullable = true};
}
constexpr FieldRule time(std::string_view name, bool nullable) {
  return {.name = name, .required = true, .nullable = nullable, .format = "date-time"};
}
constexpr FieldRule flag(std::string_view name) {
  return {.name = name, .kind = Kind::kBoolean, .required = true};
}

#define MUSICFLEET_KEY_FIELDS                                                                              \
  text("id"), optional_text("tenant", "whose jobs it sees; null for an operator's"),                       \
      optional_text("operator", "who appears in the audit log; null for a client's"), text("label"),       \
      FieldRule{.name = "scopes", .kind = Kind::kStringList, .required = true}, time("created_at", false), \
      time("expires_at", true), time("last_used_at", true), flag("revoked"), flag("expired"),              \
      optional_text("successor", "the key that took its place")

constexpr FieldRule kKeyFields[] = {MUSICFLEET_KEY_FIELDS};
constexpr FieldRule kWithSecretFields[] = {MUSICFLEET_KEY_FIELDS, text("key", "all of it: shown this once")};
constexpr FieldRule kListFields[] = {
    {.name = "keys", .kind = Kind::kObjectList, .required = true, .members = kKeyFields, .schema = "Key"}};

constexpr FieldRule kLifetime{.name = "expires_after_seconds",
                              .kind = Kind::kInteger,
                              .description = "how long it counts",
                              .nullable = true,
                              .least = 1,
                              .most = kTenYears};
constexpr FieldRule kNewFields[] = {
    {.name = "tenant",
     .description = "of a client's key: whose jobs it sees; default, unless operator is there",
     .nullable = true,
     .most_characters = 64},
    {.name = "operator",
     .description = "of an operator's key: who appears in the audit log",
     .nullable = true,
     .most_characters = 64},
    {.name = "label",
     .description = "what it is for, shown in lists",
     .most_characters = 200,
     .default_json = R"("")"},
    {.name = "scopes",
     .kind = Kind::kStringList,
     .description = "of a client's key: jobs:read, jobs:write; of an operator's: admin:read, admin:write. "
                    "Without it, both"},
    kLifetime};
constexpr FieldRule kRotationFields[] = {{.name = "overlap_seconds",
                                          .kind = Kind::kInteger,
                                          .description = "how long the key so far still counts",
                                          .least = 0,
                                          .most = kTenYears,
                                          .default_json = "86400"},
                                         kLifetime};

ordered_json or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

std::optional<std::chrono::seconds> lifetime_in(const json& body) {
  const auto found = body.find("expires_after_seconds");
  if (found == body.end() || found->is_null()) return std::nullopt;
  return std::chrono::seconds(found->get<std::int64_t>());
}

// Those that are named, each of which such a key can have.
Result<KeyScopes> scopes_in(const json& body, const KeyScopes& possible) {
  const auto found = body.find("scopes");
  if (found == body.end()) return possible;
  KeyScopes scopes;
  for (const json& name : *found) {
    const auto scope = key_scope_of(name.get_ref<const std::string&>());
    if (!scope || !possible.contains(*scope))
      return fail_field("scopes", "of such a key can be ", text_of(possible), ", not ",
                        name.get_ref<const std::string&>());
    scopes.insert(*scope);
  }
  if (scopes.empty()) return fail_field("scopes", "must name at least one of ", text_of(possible));
  return scopes;
}

}  // namespace

ordered_json key_json(const KeyInfo& info) {
  const AccessKey& key = info.key;
  ordered_json scopes = ordered_json::array();
  for (const KeyScope scope : key.scopes) scopes.push_back(name_of(scope));
  return {{"id", key.id.value},
          {"tenant", or_null(key.tenant.value)},
          {"operator", or_null(key.operator_name)},
          {"label", key.label},
          {"scopes", std::move(scopes)},
          {"created_at", rfc3339(key.created_at)},
          {"expires_at", time_or_null(key.expires_at)},
          {"last_used_at", time_or_null(key.last_used_at)},
          {"revoked", key.revoked_at.has_value()},
          {"expired", info.expired},
          {"successor", or_null(key.successor.value_or(KeyId{}).value)}};
}

JsonSchema key_schema() { return {"Key", kKeyFields}; }
JsonSchema key_list_schema() { return {"Keys", kListFields}; }
JsonSchema key_with_secret_schema() { return {"KeyWithSecret", kWithSecretFields}; }
JsonSchema new_key_schema() { return {"NewKey", kNewFields}; }
JsonSchema key_rotation_schema() { return {"KeyRotation", kRotationFields}; }

Result<KeyOrder> key_order_from(const json& body) {
  const auto given = [&](const char* field) { return body.contains(field) && !body.at(field).is_null(); };
  if (given("operator") && given("tenant"))
    return fail_field("operator", "must not be there with tenant: a key is an operator's or a client's");
  KeyOrder order;
  if (given("operator")) {
    order.operator_name = body.at("operator").get<std::string>();
    MF_CHECK(check_operator_name("operator", order.operator_name));
  } else {
    order.tenant.value = given("tenant") ? body.at("tenant").get<std::string>() : "default";
    MF_CHECK(check_operator_name("tenant", order.tenant.value));
  }
  order.label = body.value("label", std::string());
  order.scopes = MF_TRY(scopes_in(body, given("operator") ? operator_scopes() : client_scopes()));
  order.lifetime = lifetime_in(body);
  return order;
}

KeyRotation key_rotation_from(const json& body) {
  return {std::chrono::seconds(body.value("overlap_seconds", kDefaultOverlapSeconds)), lifetime_in(body)};
}

}  // namespace musicfleet::http
