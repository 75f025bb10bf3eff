#include "coordinator/store/worker_table.h"

namespace musicfleet::store {
namespace {

constexpr char kAdd[] =
    "INSERT INTO workers (name, created_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET "
    "created_at = excluded.created_at, revoked_at = NULL WHERE revoked_at IS NOT NULL";
constexpr char kActive[] = "SELECT 1 FROM workers WHERE name = ?1 AND revoked_at IS NULL";
constexpr char kInsertKey[] =
    "INSERT INTO worker_keys (public_key, worker, added_at, not_before, expires_at) VALUES (?1, ?2, ?3, ?4, "
    "?5)";
constexpr char kExpireOthers[] =
    "UPDATE worker_keys SET expires_at = max(?3, not_before + 1) WHERE worker = ?1 AND public_key <> ?2 AND "
    "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)";
constexpr char kRevokeKey[] =
    "UPDATE worker_keys SET revoked_at = coalesce(revoked_at, ?3) WHERE worker = ?1 AND public_key = ?2";
constexpr char kRevoke[] = "UPDATE workers SET revoked_at = coalesce(revoked_at, ?2) WHERE name = ?1";
constexpr char kRevokeKeys[] =
    "UPDATE worker_keys SET revoked_at = ?2 WHERE worker = ?1 AND revoked_at IS NULL";
constexpr char kTouchKey[] = "UPDATE worker_keys SET last_used_at = ?2 WHERE public_key = ?1";
constexpr char kSetDrained[] = "UPDATE workers SET drained = ?2 WHERE name = ?1";
constexpr char kSelectDrained[] = "SELECT name FROM workers WHERE drained = 1";
constexpr char kSelect[] =
    "SELECT w.name, w.created_at, w.revoked_at, w.last_seen_at, k.public_key, k.added_at, k.not_before, "
    "k.expires_at, k.revoked_at, k.last_used_at FROM workers w LEFT JOIN worker_keys k ON k.worker = w.name "
    "ORDER BY w.name, k.added_at, k.public_key";

}  // namespace

Result<> WorkerTable::add(const WorkerId& name, const WorkerKeyRow& key) {
  if (MF_TRY(database_.run(kAdd, name, key.added_at)) == 0)
    return fail(ErrorCode::kConflict, "there is already a worker ", name);
  return insert_key(name, key);
}

Result<> WorkerTable::add_key(const WorkerId& name, const WorkerKeyRow& key) {
  {
    Rows active = MF_TRY(database_.query(kActive, name));
    if (!MF_TRY(active.next())) return fail(ErrorCode::kNotFound, "there is no active worker ", name);
  }
  return insert_key(name, key);
}

Result<> WorkerTable::insert_key(const WorkerId& name, const WorkerKeyRow& key) {
  const auto inserted = database_.run(kInsertKey, std::string_view(key.public_key_z85), name, key.added_at,
                                      key.not_before, key.expires_at);
  if (inserted) return {};
  if (inserted.error().code != ErrorCode::kConflict) return Failure(inserted.error());
  return fail(ErrorCode::kConflict, "this public key is or was a worker's: make a new one");
}

Result<> WorkerTable::expire_other_keys(const WorkerId& name, const std::string& kept, WallTime end) {
  MF_TRY(database_.run(kExpireOthers, name, std::string_view(kept), end));
  return {};
}

Result<> WorkerTable::revoke_key(const WorkerId& name, const std::string& public_key_z85, WallTime at) {
  if (MF_TRY(database_.run(kRevokeKey, name, std::string_view(public_key_z85), at)) == 0)
    return fail(ErrorCode::kNotFound, "worker ", name, " has no such key");
  return {};
}

Result<> WorkerTable::revoke(const WorkerId& name, WallTime at) {
  if (MF_TRY(database_.run(kRevoke, name, at)) == 0)
    return fail(ErrorCode::kNotFound, "there is no worker ", name);
  MF_TRY(database_.run(kRevokeKeys, name, at));
  return {};
}

Result<> WorkerTable::touch_key(const std::string& public_key_z85, WallTime used_at) {
  MF_TRY(database_.run(kTouchKey, std::string_view(public_key_z85), used_at));
  return {};
}

Result<> WorkerTable::set_drained(const WorkerId& name, bool drained) {
  if (MF_TRY(database_.run(kSetDrained, name, drained ? 1 : 0)) == 0)
    return fail(ErrorCode::kNotFound, "there is no worker ", name);
  return {};
}

Result<std::set<WorkerId>> WorkerTable::drained_workers() {
  Rows rows = MF_TRY(database_.query(kSelectDrained));
  std::set<WorkerId> drained;
  while (MF_TRY(rows.next())) drained.insert(WorkerId{rows.text(0)});
  return drained;
}

Result<std::vector<WorkerRow>> WorkerTable::workers() {
  Rows rows = MF_TRY(database_.query(kSelect));
  std::vector<WorkerRow> workers;
  while (MF_TRY(rows.next())) {
    const WorkerId name{rows.text(0)};
    if (workers.empty() || workers.back().name != name)
      workers.push_back({name, rows.time(1), rows.optional_time(2), rows.optional_time(3), {}});
    if (rows.is_null(4)) continue;
    workers.back().keys.push_back({rows.text(4), rows.time(5), rows.time(6), rows.optional_time(7),
                                   rows.optional_time(8), rows.optional_time(9)});
  }
  return workers;
}

}  // namespace musicfleet::store
