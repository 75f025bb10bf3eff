#include "coordinator/store/access_table.h"

#include <algorithm>

namespace musicfleet::store {

constexpr char kSelectTenant[] = "SELECT 1 FROM tenants WHERE id = ?1";
constexpr char kInsertKey[] =
    "INSERT INTO api_keys (id, tenant, secret_sha256, label, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

Result<> AccessTable::add_key(const ApiKeyRow& key) {
  Rows tenant = MF_TRY(database_.query(kSelectTenant, key.tenant));
  if (!MF_TRY(tenant.next())) return fail(ErrorCode::kNotFound, "there is no tenant ", key.tenant);
  MF_TRY(database_.run(kInsertKey, key.id, key.tenant, key.secret_sha256, std::string_view(key.label),
                       key.created_at));
  return {};
}

constexpr char kTouchKey[] = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";

Result<> AccessTable::touch_key(const KeyId& id, WallTime used_at) {
  MF_TRY(database_.run(kTouchKey, id, used_at));
  return {};
}

constexpr char kRevokeKey[] = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";

Result<> AccessTable::revoke_key(const KeyId& id, WallTime at) {
  if (MF_TRY(database_.run(kRevokeKey, id, at)) == 0)
    return fail(ErrorCode::kNotFound, "there is no API key ", id);
  return {};
}

constexpr char kSelectKeys[] =
    "SELECT id, tenant, secret_sha256, label, created_at, last_used_at, revoked_at FROM api_keys "
    "ORDER BY created_at, id";

Result<std::vector<ApiKeyRow>> AccessTable::keys() {
  Rows rows = MF_TRY(database_.query(kSelectKeys));
  std::vector<ApiKeyRow> keys;
  while (MF_TRY(rows.next())) {
    ApiKeyRow key;
    key.id = KeyId{rows.text(0)};
    key.tenant = TenantId{rows.text(1)};
    const std::string hash = rows.text(2);  // the CHECK makes it 32 bytes
    std::copy_n(hash.begin(), std::min(hash.size(), key.secret_sha256.size()), key.secret_sha256.begin());
    key.label = rows.text(3);
    key.created_at = rows.time(4);
    key.last_used_at = rows.optional_time(5);
    key.revoked_at = rows.optional_time(6);
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace musicfleet::store
