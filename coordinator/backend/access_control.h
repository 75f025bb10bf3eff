// Which clients and operators may speak to the coordinator: checks their keys against what is in memory and
// keeps the table of API keys. Loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/backend/audit_log.h"
#include "coordinator/http/backend.h"
#include "coordinator/store/store_thread.h"

#include <unordered_map>

namespace musicfleet::backend {

class AccessControl {
 public:
  // A key's last use is written down at most this often.
  static constexpr std::chrono::minutes kTouchInterval{1};

  AccessControl(store::StoreThread& store, AuditLog& audit, const Clock& clock,
                const Sha256& admin_key_sha256);

  // First: what the store holds.
  void load(std::vector<store::ApiKeyRow> keys);

  Result<http::Principal> authenticate(const std::string& api_key);
  Result<http::Operator> authenticate_admin(const std::string& admin_key) const;

  http::Awaitable<http::NewApiKey> add_key(http::Operator by, TenantId tenant, std::string label);
  http::Awaitable<std::vector<http::ApiKeyInfo>> keys();
  http::Awaitable<> revoke_key(http::Operator by, KeyId id);

 private:
  store::StoreThread& store_;
  AuditLog& audit_;
  const Clock& clock_;
  const Sha256 admin_key_sha256_;
  std::unordered_map<KeyId, store::ApiKeyRow> keys_;
};

}  // namespace musicfleet::backend
