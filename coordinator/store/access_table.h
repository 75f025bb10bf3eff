// The API keys of clients: their hashes and whose they are. Opens no transaction of its own. One thread.
#pragma once

#include "coordinator/store/database.h"

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

class AccessTable {
 public:
  explicit AccessTable(Database& database) : database_(database) {}

  // kNotFound for a tenant that does not exist.
  Result<> add_key(const ApiKeyRow& key);
  Result<> touch_key(const KeyId& id, WallTime used_at);
  // kNotFound for an unknown key; revoking twice keeps the first time.
  Result<> revoke_key(const KeyId& id, WallTime at);
  Result<std::vector<ApiKeyRow>> keys();

 private:
  Database& database_;
};

}  // namespace musicfleet::store
