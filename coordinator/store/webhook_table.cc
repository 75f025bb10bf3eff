#include "coordinator/store/webhook_table.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace musicfleet::store {
namespace {

Result<> found(int changed, const WebhookId& id) {
  if (changed == 0) return fail(ErrorCode::kNotFound, "there is no webhook ", id);
  return {};
}

std::optional<std::int64_t> wide(const std::optional<int>& value) {
  if (!value) return std::nullopt;
  return *value;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    parts.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

WebhookRow row_of(const Rows& rows) {
  WebhookRow row;
  Webhook& webhook = row.webhook;
  webhook.id = WebhookId{rows.text(0)};
  webhook.tenant = TenantId{rows.text(1)};
  webhook.url = rows.text(2);
  webhook.description = rows.text(3);
  row.sealed_secret = rows.text(4);
  if (!rows.is_null(5)) row.sealed_previous = rows.text(5);
  webhook.previous_secret_until = rows.optional_time(6);
  webhook.enabled = rows.integer(7) != 0;
  webhook.disabled_reason = rows.text(8);
  webhook.created_at = rows.time(9);
  webhook.failures = static_cast<int>(rows.integer(10));
  webhook.failing_since = rows.optional_time(11);
  webhook.rests_until = rows.optional_time(12);
  webhook.events = split(rows.text(13));
  std::sort(webhook.events.begin(), webhook.events.end());
  return row;
}

#define MUSICFLEET_DELIVERY_COLUMNS                                                                     \
  "id, endpoint, job, event, created_at, facts, state, attempts, next_at, ended_at, tried_at, status, " \
  "problem, number"

WebhookDelivery delivery_of(const Rows& rows) {
  WebhookDelivery delivery;
  delivery.id = DeliveryId{rows.text(0)};
  delivery.endpoint = WebhookId{rows.text(1)};
  delivery.job = JobId{rows.text(2)};
  delivery.event = rows.text(3);
  delivery.created_at = rows.time(4);
  delivery.facts_json = rows.text(5);
  delivery.state = delivery_state_of(rows.text(6)).value_or(DeliveryState::kFailed);
  delivery.attempts = static_cast<int>(rows.integer(7));
  delivery.next_at = rows.optional_time(8);
  delivery.ended_at = rows.optional_time(9);
  delivery.tried_at = rows.optional_time(10);
  if (!rows.is_null(11)) delivery.status = static_cast<int>(rows.integer(11));
  delivery.problem = rows.text(12);
  return delivery;
}

}  // namespace

constexpr char kSelectTenant[] =
    "SELECT (SELECT count(*) FROM webhook_endpoints WHERE tenant = ?1) FROM tenants WHERE id = ?1";
constexpr char kInsertWebhook[] =
    "INSERT INTO webhook_endpoints (id, tenant, url, description, secret, enabled, disabled_reason, "
    "created_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, '', ?6)";
constexpr char kSubscribe[] = "INSERT INTO webhook_subscriptions (endpoint, event) VALUES (?1, ?2)";

Result<> WebhookTable::add(const WebhookRow& row) {
  const Webhook& webhook = row.webhook;
  {
    Rows tenant = MF_TRY(database_.query(kSelectTenant, webhook.tenant));
    if (!MF_TRY(tenant.next())) return fail(ErrorCode::kNotFound, "there is no tenant ", webhook.tenant);
    if (tenant.integer(0) >= kMostOfATenant)
      return fail(ErrorCode::kQuota, "tenant ", webhook.tenant, " has ", kMostOfATenant,
                  " webhooks, and may not have more");
  }
  MF_TRY(database_.run(kInsertWebhook, webhook.id, webhook.tenant, std::string_view(webhook.url),
                       std::string_view(webhook.description), std::string_view(row.sealed_secret),
                       webhook.created_at));
  for (const std::string& event : webhook.events)
    MF_TRY(database_.run(kSubscribe, webhook.id, std::string_view(event)));
  return {};
}

constexpr char kSelectWebhooks[] =
    "SELECT id, tenant, url, description, secret, previous_secret, previous_until, enabled, disabled_reason, "
    "created_at, failures, failing_since, rests_until, "
    "coalesce((SELECT group_concat(event) FROM webhook_subscriptions WHERE endpoint = id), '') "
    "FROM webhook_endpoints ORDER BY created_at, id";

Result<std::vector<WebhookRow>> WebhookTable::all() {
  Rows rows = MF_TRY(database_.query(kSelectWebhooks));
  std::vector<WebhookRow> webhooks;
  while (MF_TRY(rows.next())) webhooks.push_back(row_of(rows));
  return webhooks;
}

constexpr char kRotate[] =
    "UPDATE webhook_endpoints SET previous_secret = secret, previous_until = ?3, secret = ?2 WHERE id = ?1";

Result<> WebhookTable::rotate(const WebhookId& id, const std::string& sealed_secret,
                              WallTime previous_until) {
  return found(MF_TRY(database_.run(kRotate, id, std::string_view(sealed_secret), previous_until)), id);
}

constexpr char kEnable[] =
    "UPDATE webhook_endpoints SET enabled = 1, disabled_reason = '', failures = 0, failing_since = NULL, "
    "rests_until = NULL WHERE id = ?1";

Result<> WebhookTable::enable(const WebhookId& id) { return found(MF_TRY(database_.run(kEnable, id)), id); }

constexpr char kDisable[] = "UPDATE webhook_endpoints SET enabled = 0, disabled_reason = ?2 WHERE id = ?1";

Result<> WebhookTable::disable(const WebhookId& id, const std::string& reason) {
  return found(MF_TRY(database_.run(kDisable, id, std::string_view(reason))), id);
}

constexpr char kRemove[] = "DELETE FROM webhook_endpoints WHERE id = ?1";

Result<> WebhookTable::remove(const WebhookId& id) { return found(MF_TRY(database_.run(kRemove, id)), id); }

constexpr char kResend[] =
    "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = ?3, ended_at = NULL "
    "WHERE id = ?2 AND endpoint = ?1";

Result<> WebhookTable::resend(const WebhookId& id, const DeliveryId& delivery, WallTime now) {
  if (MF_TRY(database_.run(kResend, id, delivery, now)) == 0)
    return fail(ErrorCode::kNotFound, "webhook ", id, " has no delivery ", delivery);
  return {};
}

constexpr char kHead[] = "SELECT " MUSICFLEET_DELIVERY_COLUMNS
                         " FROM webhook_deliveries WHERE endpoint = ?1 AND state = 'waiting' "
                         "ORDER BY next_at, number LIMIT 1";

Result<std::optional<WebhookDelivery>> WebhookTable::head(const WebhookId& id) {
  Rows rows = MF_TRY(database_.query(kHead, id));
  if (!MF_TRY(rows.next())) return std::nullopt;
  return delivery_of(rows);
}

constexpr char kRecordDelivery[] =
    "UPDATE webhook_deliveries SET attempts = attempts + 1, tried_at = ?2, status = ?3, problem = ?4, "
    "state = ?5, next_at = ?6, ended_at = ?7 WHERE id = ?1 AND next_at = ?8";
constexpr char kRecordHealth[] =
    "UPDATE webhook_endpoints SET failures = ?2, failing_since = ?3, rests_until = ?4 WHERE id = ?1";
constexpr char kNextDue[] =
    "SELECT next_at FROM webhook_deliveries WHERE endpoint = ?1 AND state = 'waiting' "
    "ORDER BY next_at, number LIMIT 1";

Result<std::optional<WallTime>> WebhookTable::record(const WebhookAttempt& attempt) {
  std::optional<WallTime> ended_at;
  if (attempt.state != DeliveryState::kWaiting) ended_at = attempt.at;
  MF_TRY(database_.run(kRecordDelivery, attempt.delivery, attempt.at, wide(attempt.status),
                       std::string_view(attempt.problem), name_of(attempt.state), attempt.next_at, ended_at,
                       attempt.due_at));
  MF_TRY(database_.run(kRecordHealth, attempt.endpoint, std::int64_t{attempt.failures}, attempt.failing_since,
                       attempt.rests_until));
  if (!attempt.disable_reason.empty())
    MF_TRY(database_.run(kDisable, attempt.endpoint, std::string_view(attempt.disable_reason)));
  Rows rows = MF_TRY(database_.query(kNextDue, attempt.endpoint));
  if (!MF_TRY(rows.next())) return std::nullopt;
  return rows.time(0);
}

constexpr char kSelectDeliveries[] =
    "SELECT " MUSICFLEET_DELIVERY_COLUMNS
    " FROM webhook_deliveries WHERE endpoint = ?1 AND number < ?2 AND (?3 IS NULL OR state = ?3) "
    "ORDER BY number DESC LIMIT ?4";

Result<DeliveryPage> WebhookTable::deliveries(const DeliveryQuery& query) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  const char* end = query.cursor.data() + query.cursor.size();
  if (!query.cursor.empty()) {
    const auto [rest, error] = std::from_chars(query.cursor.data(), end, before);
    if (error != std::errc() || rest != end) return fail_field("cursor", "is not one of this list");
  }
  std::optional<std::string_view> state;
  if (query.state) state = name_of(*query.state);
  Rows rows = MF_TRY(
      database_.query(kSelectDeliveries, query.endpoint, before, state, std::int64_t{query.limit} + 1));
  DeliveryPage page;
  std::string last;
  while (MF_TRY(rows.next())) {
    if (static_cast<int>(page.deliveries.size()) == query.limit) {
      page.next_cursor = last;
      break;
    }
    page.deliveries.push_back(delivery_of(rows));
    last = std::to_string(rows.integer(13));
  }
  return page;
}

constexpr char kBacklog[] =
    "SELECT count(*), min(created_at) FROM webhook_deliveries WHERE state = 'waiting'";

Result<WebhookBacklog> WebhookTable::backlog() {
  Rows rows = MF_TRY(database_.query(kBacklog));
  MF_TRY(rows.next());
  return WebhookBacklog{rows.integer(0), rows.optional_time(1)};
}

constexpr char kForgetEnded[] =
    "DELETE FROM webhook_deliveries WHERE number IN (SELECT number FROM webhook_deliveries "
    "WHERE state <> 'waiting' AND ended_at < ?1 LIMIT ?2)";

Result<int> WebhookTable::forget_ended(WallTime before, int limit) {
  return database_.run(kForgetEnded, before, std::int64_t{limit});
}

}  // namespace musicfleet::store
