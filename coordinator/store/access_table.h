// Who may speak to the coordinator: API keys (their hashes) and workers (their public keys). Opens no
// transaction of its own. One thread.
#pragma once

#include "coordinator/store/database.h"

#include <set>
#include <vector>

namespace musicfleet::store {

struct ApiKeyRow {
  KeyId id;
  TenantId tenant;
  Sha256 secret_sha256{};  // of the whole key as the client sends it
  std::string label;
  WallTime created_at{};
  std::optional<WallTime> last_used_at;
  std::optional<WallTime> revoked_at;
};

struct WorkerRow {
  WorkerId name;
  std::string public_key_z85;
  WallTime created_at{};
  std::optional<WallTime> revoked_at;
  std::optional<WallTime> last_seen_at;
};

class AccessTable {
 public:
  explicit AccessTable(Database& database) : database_(database) {}

  // kNotFound for a tenant that does not exist.
  Result<> add_key(const ApiKeyRow& key);
  Result<> touch_key(const KeyId& id, WallTime used_at);
  // kNotFound for an unknown key; revoking twice keeps the first time.
  Result<> revoke_key(const KeyId& id, WallTime at);
  Result<std::vector<ApiKeyRow>> keys();

  // Adds the worker; a revoked one of that name gets the new public key. kConflict where an active worker has
  // the name, or any worker has the public key.
  Result<> add_worker(const WorkerRow& worker);
  Result<> revoke_worker(const WorkerId& name, WallTime at);
  Result<std::vector<WorkerRow>> workers();

  // Whether the worker is to take no new job. kNotFound for an unknown worker.
  Result<> set_drained(const WorkerId& name, bool drained);
  Result<std::set<WorkerId>> drained_workers();

 private:
  Database& database_;
};

}  // namespace musicfleet::store
