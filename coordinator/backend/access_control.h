// Which clients and operators may speak to the coordinator, and what they may do: checks their keys against
// what is in memory, where all of them are, and makes, replaces and ends them. Loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/backend/api_key.h"
#include "coordinator/backend/audit_log.h"
#include "coordinator/http/key_desk.h"
#include "coordinator/store/store_thread.h"

#include <unordered_map>

namespace musicfleet::backend {

class AccessControl final : public http::KeyDesk {
 public:
  // A key's last use is written down at most this often.
  static constexpr std::chrono::minutes kTouchInterval{1};
  // The actor that the key in the file admin.key stands for; it may do everything.
  static constexpr const char* kFirstOperator = "admin";

  AccessControl(store::StoreThread& store, AuditLog& audit, const Clock& clock,
                const Sha256& admin_key_sha256);

  // First: what the store holds.
  void load(std::vector<store::AccessKeyRow> keys);

  // kUnauthenticated: with the same words for whatever is not a good key, except that whoever holds one that
  // has expired is told so.
  Result<http::Principal> authenticate(const std::string& api_key);
  Result<http::Operator> authenticate_admin(const std::string& admin_key);

  http::Awaitable<http::NewKey> add_key(http::Operator by, http::KeyOrder order) override;
  http::Awaitable<http::NewKey> rotate_key(http::Operator by, KeyId id, http::KeyRotation rotation) override;
  http::Awaitable<std::vector<http::KeyInfo>> keys() override;
  http::Awaitable<http::KeyInfo> key(KeyId id) override;
  http::Awaitable<> revoke_key(http::Operator by, KeyId id) override;

 private:
  // The key of this kind that `text` is, from now on used.
  Result<const AccessKey*> good_key(const std::string& text, ApiKey::Kind kind);
  // Why this key cannot be rotated, if so.
  Result<> replaceable(const KeyId& id) const;

  store::StoreThread& store_;
  AuditLog& audit_;
  const Clock& clock_;
  const Sha256 admin_key_sha256_;
  std::unordered_map<KeyId, store::AccessKeyRow> keys_;
};

}  // namespace musicfleet::backend
