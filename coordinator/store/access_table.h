// The keys of clients and operators with their hashes. Opens no transaction of its own. One thread.
#pragma once

#include "coordinator/access_key.h"
#include "coordinator/store/database.h"

#include <vector>

namespace musicfleet::store {

struct AccessKeyRow {
  AccessKey key;
  Sha256 secret_sha256{};  // of the whole key as it is sent
};

class AccessTable {
 public:
  explicit AccessTable(Database& database) : database_(database) {}

  // kNotFound for a tenant that does not exist.
  Result<> add_key(const AccessKeyRow& row);
  // Adds `next` in the place of `old`, which ends at `end`. kConflict where `old` is revoked, over at `now`
  // or was replaced before.
  Result<> replace_key(const KeyId& old, const AccessKeyRow& next, WallTime end, WallTime now);
  Result<> touch_key(const KeyId& id, WallTime used_at);
  // kNotFound for an unknown key; revoking twice keeps the first time.
  Result<> revoke_key(const KeyId& id, WallTime at);
  // Oldest first.
  Result<std::vector<AccessKeyRow>> keys();

 private:
  Database& database_;
};

}  // namespace musicfleet::store
