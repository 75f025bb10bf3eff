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

constexpr char kAddWorker[] =
    "INSERT INTO workers (name, public_key, created_at) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, created_at = excluded.created_at, "
    "revoked_at = NULL WHERE revoked_at IS NOT NULL";

Result<> AccessTable::add_worker(const WorkerRow& worker) {
  const auto changed =
      database_.run(kAddWorker, worker.name, std::string_view(worker.public_key_z85), worker.created_at);
  if (!changed && changed.error().code == ErrorCode::kConflict)
    return fail(ErrorCode::kConflict, "another worker has this public key");
  if (MF_TRY(changed) == 0) return fail(ErrorCode::kConflict, "there is already a worker ", worker.name);
  return {};
}

constexpr char kRevokeWorker[] = "UPDATE workers SET revoked_at = coalesce(revoked_at, ?2) WHERE name = ?1";

Result<> AccessTable::revoke_worker(const WorkerId& name, WallTime at) {
  if (MF_TRY(database_.run(kRevokeWorker, name, at)) == 0)
    return fail(ErrorCode::kNotFound, "there is no worker ", name);
  return {};
}

constexpr char kSelectWorkers[] =
    "SELECT name, public_key, created_at, revoked_at, last_seen_at FROM workers ORDER BY name";

Result<std::vector<WorkerRow>> AccessTable::workers() {
  Rows rows = MF_TRY(database_.query(kSelectWorkers));
  std::vector<WorkerRow> workers;
  while (MF_TRY(rows.next()))
    workers.push_back(
        {WorkerId{rows.text(0)}, rows.text(1), rows.time(2), rows.optional_time(3), rows.optional_time(4)});
  return workers;
}

constexpr char kSetDrained[] = "UPDATE workers SET drained = ?2 WHERE name = ?1";

Result<> AccessTable::set_drained(const WorkerId& name, bool drained) {
  if (MF_TRY(database_.run(kSetDrained, name, drained ? 1 : 0)) == 0)
    return fail(ErrorCode::kNotFound, "there is no worker ", name);
  return {};
}

constexpr char kSelectDrained[] = "SELECT name FROM workers WHERE drained = 1";

Result<std::set<WorkerId>> AccessTable::drained_workers() {
  Rows rows = MF_TRY(database_.query(kSelectDrained));
  std::set<WorkerId> drained;
  while (MF_TRY(rows.next())) drained.insert(WorkerId{rows.text(0)});
  return drained;
}

}  // namespace musicfleet::store
