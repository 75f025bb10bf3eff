#include "coordinator/store/access_table.h"

#include <algorithm>

namespace musicfleet::store {
namespace {

std::optional<std::string_view> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

constexpr char kSelectTenant[] = "SELECT 1 FROM tenants WHERE id = ?1";
constexpr char kInsertKey[] =
    "INSERT INTO access_keys (id, tenant, operator, secret_sha256, label, scopes, created_at, expires_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

Result<> AccessTable::add_key(const AccessKeyRow& row) {
  const AccessKey& key = row.key;
  if (!key.tenant.empty()) {
    Rows tenant = MF_TRY(database_.query(kSelectTenant, key.tenant));
    if (!MF_TRY(tenant.next())) return fail(ErrorCode::kNotFound, "there is no tenant ", key.tenant);
  }
  const std::string scopes = text_of(key.scopes);
  MF_TRY(database_.run(kInsertKey, key.id, unless_empty(key.tenant.value), unless_empty(key.operator_name),
                       row.secret_sha256, std::string_view(key.label), std::string_view(scopes),
                       key.created_at, key.expires_at));
  return {};
}

constexpr char kReplaceKey[] =
    "UPDATE access_keys SET successor = ?2, expires_at = ?3 WHERE id = ?1 AND revoked_at IS NULL "
    "AND successor IS NULL AND coalesce(expires_at > ?4, 1)";

Result<> AccessTable::replace_key(const KeyId& old, const AccessKeyRow& next, WallTime end, WallTime now) {
  MF_CHECK(add_key(next));
  if (MF_TRY(database_.run(kReplaceKey, old, next.key.id, end, now)) == 0)
    return fail(ErrorCode::kConflict, "key ", old, " is no longer there to be replaced");
  return {};
}

constexpr char kTouchKey[] = "UPDATE access_keys SET last_used_at = ?2 WHERE id = ?1";

Result<> AccessTable::touch_key(const KeyId& id, WallTime used_at) {
  MF_TRY(database_.run(kTouchKey, id, used_at));
  return {};
}

constexpr char kRevokeKey[] = "UPDATE access_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";

Result<> AccessTable::revoke_key(const KeyId& id, WallTime at) {
  if (MF_TRY(database_.run(kRevokeKey, id, at)) == 0)
    return fail(ErrorCode::kNotFound, "there is no key ", id);
  return {};
}

constexpr char kSelectKeys[] =
    "SELECT id, tenant, operator, secret_sha256, label, scopes, created_at, expires_at, last_used_at, "
    "revoked_at, successor FROM access_keys ORDER BY created_at, id";

Result<std::vector<AccessKeyRow>> AccessTable::keys() {
  Rows rows = MF_TRY(database_.query(kSelectKeys));
  std::vector<AccessKeyRow> keys;
  while (MF_TRY(rows.next())) {
    AccessKeyRow row;
    row.key.id = KeyId{rows.text(0)};
    row.key.tenant = TenantId{rows.text(1)};
    row.key.operator_name = rows.text(2);
    const std::string hash = rows.text(3);  // the CHECK makes it 32 bytes
    std::copy_n(hash.begin(), std::min(hash.size(), row.secret_sha256.size()), row.secret_sha256.begin());
    row.key.label = rows.text(4);
    row.key.scopes = key_scopes_of(rows.text(5));
    row.key.created_at = rows.time(6);
    row.key.expires_at = rows.optional_time(7);
    row.key.last_used_at = rows.optional_time(8);
    row.key.revoked_at = rows.optional_time(9);
    if (!rows.is_null(10)) row.key.successor = KeyId{rows.text(10)};
    keys.push_back(std::move(row));
  }
  return keys;
}

}  // namespace musicfleet::store
