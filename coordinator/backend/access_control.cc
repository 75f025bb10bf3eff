#include "coordinator/backend/access_control.h"

#include "common/sha256.h"
#include "coordinator/backend/api_key.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::backend {
namespace {

using nlohmann::json;

Failure bad_key() { return fail(ErrorCode::kUnauthenticated, "the API key is not valid"); }

}  // namespace

AccessControl::AccessControl(store::StoreThread& store, AuditLog& audit, const Clock& clock,
                             const Sha256& admin_key_sha256)
    : store_(store), audit_(audit), clock_(clock), admin_key_sha256_(admin_key_sha256) {}

void AccessControl::load(std::vector<store::ApiKeyRow> keys) {
  for (store::ApiKeyRow& key : keys) {
    const KeyId id = key.id;
    keys_.emplace(id, std::move(key));
  }
}

Result<http::Principal> AccessControl::authenticate(const std::string& api_key) {
  const auto id = ApiKey::id_of(api_key);
  if (!id) return bad_key();
  const auto found = keys_.find(*id);
  if (found == keys_.end() || found->second.revoked_at) return bad_key();
  store::ApiKeyRow& key = found->second;
  if (!constant_time_equal(sha256(api_key), key.secret_sha256)) return bad_key();
  const WallTime now = clock_.wall_now();
  if (!key.last_used_at || now - *key.last_used_at >= kTouchInterval) {
    key.last_used_at = now;
    store_.post<void>([id = key.id, now](store::Writer& writer) { return writer.access.touch_key(id, now); },
                      [](Result<>) {});
  }
  return http::Principal{key.tenant, key.id};
}

Result<http::Operator> AccessControl::authenticate_admin(const std::string& admin_key) const {
  if (!constant_time_equal(sha256(admin_key), admin_key_sha256_))
    return fail(ErrorCode::kUnauthenticated, "the admin key is not valid");
  return http::Operator{"admin"};
}

http::Awaitable<http::NewApiKey> AccessControl::add_key(http::Operator by, TenantId tenant,
                                                        std::string label) {
  const ApiKey key = ApiKey::make();
  store::ApiKeyRow row;
  row.id = key.id;
  row.tenant = std::move(tenant);
  row.secret_sha256 = sha256(key.text);
  row.label = std::move(label);
  row.created_at = clock_.wall_now();
  store::AuditRecord record = audit_.entry(by, "api_key.add", row.id.value,
                                           json{{"tenant", row.tenant.value}, {"label", row.label}}.dump());
  std::function<Result<>(store::Writer&)> add = [row](store::Writer& writer) {
    return writer.access.add_key(row);
  };
  const Result<> added = co_await audit_.change(std::move(record), std::move(add));
  if (!added) co_return Failure(added.error());
  keys_.emplace(row.id, row);
  co_return http::NewApiKey{key.id, key.text};
}

http::Awaitable<std::vector<http::ApiKeyInfo>> AccessControl::keys() {
  std::vector<http::ApiKeyInfo> infos;
  for (const auto& [id, key] : keys_)
    infos.push_back(
        {id, key.tenant, key.label, key.created_at, key.last_used_at, key.revoked_at.has_value()});
  std::sort(infos.begin(), infos.end(), [](const http::ApiKeyInfo& a, const http::ApiKeyInfo& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  co_return infos;
}

http::Awaitable<> AccessControl::revoke_key(http::Operator by, KeyId id) {
  const WallTime now = clock_.wall_now();
  store::AuditRecord record = audit_.entry(by, "api_key.revoke", id.value);
  std::function<Result<>(store::Writer&)> revoke = [id, now](store::Writer& writer) {
    return writer.access.revoke_key(id, now);
  };
  const Result<> revoked = co_await audit_.change(std::move(record), std::move(revoke));
  if (revoked)
    if (const auto key = keys_.find(id); key != keys_.end() && !key->second.revoked_at)
      key->second.revoked_at = now;
  co_return revoked;
}

}  // namespace musicfleet::backend
