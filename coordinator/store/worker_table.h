// Which workers there are and by which keys they are known, each key with its time. Opens no transaction of
// its own. One thread.
#pragma once

#include "coordinator/store/database.h"

#include <set>
#include <vector>

namespace musicfleet::store {

struct WorkerKeyRow {
  std::string public_key_z85;
  WallTime added_at{};
  WallTime not_before{};
  std::optional<WallTime> expires_at;
  std::optional<WallTime> revoked_at;
  std::optional<WallTime> last_used_at;  // when a worker last said hello with it
};

struct WorkerRow {
  WorkerId name;
  WallTime created_at{};
  std::optional<WallTime> revoked_at;
  std::optional<WallTime> last_seen_at;
  std::vector<WorkerKeyRow> keys;  // oldest first
};

class WorkerTable {
 public:
  explicit WorkerTable(Database& database) : database_(database) {}

  // A new worker with its first key, or a revoked one that comes back with a new one. kConflict where an
  // active worker has the name, or any worker has or had the key.
  Result<> add(const WorkerId& name, const WorkerKeyRow& key);
  // A further key of an active worker. kNotFound for any other; kConflict for a key that is or was in use.
  Result<> add_key(const WorkerId& name, const WorkerKeyRow& key);
  // Keys of the worker other than `kept` that would be good for longer end at `end`.
  Result<> expire_other_keys(const WorkerId& name, const std::string& kept, WallTime end);
  // kNotFound where the worker has no such key; revoking twice keeps the first time.
  Result<> revoke_key(const WorkerId& name, const std::string& public_key_z85, WallTime at);
  // The worker and all its keys. kNotFound for an unknown one.
  Result<> revoke(const WorkerId& name, WallTime at);
  Result<> touch_key(const std::string& public_key_z85, WallTime used_at);

  // Whether the worker is to take no new job. kNotFound for an unknown worker.
  Result<> set_drained(const WorkerId& name, bool drained);
  Result<std::set<WorkerId>> drained_workers();

  Result<std::vector<WorkerRow>> workers();

 private:
  Result<> insert_key(const WorkerId& name, const WorkerKeyRow& key);

  Database& database_;
};

}  // namespace musicfleet::store
