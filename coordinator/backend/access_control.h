// Who may speak to the coordinator: checks API keys against what is in memory, keeps the table of keys and
// workers, and tells the fleet's server which workers to let in. Loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/fleet/fleet_port.h"
#include "coordinator/http/backend.h"
#include "coordinator/store/store_thread.h"

#include <unordered_map>

namespace musicfleet::backend {

class AccessControl {
 public:
  // A key's last use is written down at most this often.
  static constexpr std::chrono::minutes kTouchInterval{1};

  AccessControl(store::StoreThread& store, fleet::FleetPort& fleet, DispatchLoop& dispatch, AuditLog& audit,
                const Clock& clock, const Sha256& admin_key_sha256);

  // First: what the store holds. Lets the active workers in.
  void load(std::vector<store::ApiKeyRow> keys, const std::vector<store::WorkerRow>& workers);

  Result<http::Principal> authenticate(const std::string& api_key);
  Result<http::Operator> authenticate_admin(const std::string& admin_key) const;

  http::Awaitable<http::NewApiKey> add_key(http::Operator by, TenantId tenant, std::string label);
  http::Awaitable<std::vector<http::ApiKeyInfo>> keys();
  http::Awaitable<> revoke_key(http::Operator by, KeyId id);

  http::Awaitable<> add_worker(http::Operator by, WorkerId name, std::string public_key_z85);
  http::Awaitable<std::vector<http::WorkerInfo>> workers();
  http::Awaitable<> revoke_worker(http::Operator by, WorkerId name);

 private:
  store::StoreThread& store_;
  fleet::FleetPort& fleet_;
  DispatchLoop& dispatch_;
  AuditLog& audit_;
  const Clock& clock_;
  const Sha256 admin_key_sha256_;
  std::unordered_map<KeyId, store::ApiKeyRow> keys_;
};

}  // namespace musicfleet::backend
