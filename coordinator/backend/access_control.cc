#include "coordinator/backend/access_control.h"

#include "common/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::backend {
namespace {

using nlohmann::json;
using Work = std::function<Result<>(store::Writer&)>;

ApiKey::Kind kind_of(const AccessKey& key) {
  return key.is_operators() ? ApiKey::Kind::kOperator : ApiKey::Kind::kClient;
}

std::string action_on(const AccessKey& key, std::string_view what) {
  return concat(key.is_operators() ? "admin_key." : "api_key.", what);
}

json detail_of(const AccessKey& key) {
  json detail{{"label", key.label}, {"scopes", text_of(key.scopes)}};
  if (key.is_operators())
    detail["operator"] = key.operator_name;
  else
    detail["tenant"] = key.tenant.value;
  if (key.expires_at) detail["expires_at"] = key.expires_at->time_since_epoch().count();
  return detail;
}

}  // namespace

AccessControl::AccessControl(store::StoreThread& store, AuditLog& audit, const Clock& clock,
                             const Sha256& admin_key_sha256)
    : store_(store), audit_(audit), clock_(clock), admin_key_sha256_(admin_key_sha256) {}

void AccessControl::load(std::vector<store::AccessKeyRow> keys) {
  for (store::AccessKeyRow& row : keys) {
    const KeyId id = row.key.id;
    keys_.emplace(id, std::move(row));
  }
}

Result<const AccessKey*> AccessControl::good_key(const std::string& text, ApiKey::Kind kind) {
  const auto bad = [kind] {
    return fail(ErrorCode::kUnauthenticated, "the ", kind == ApiKey::Kind::kClient ? "API" : "admin",
                " key is not valid");
  };
  const auto id = ApiKey::id_of(text);
  if (!id) return bad();
  const auto found = keys_.find(*id);
  if (found == keys_.end() || !constant_time_equal(sha256(text), found->second.secret_sha256)) return bad();
  AccessKey& key = found->second.key;
  if (key.revoked_at || kind_of(key) != kind) return bad();
  const WallTime now = clock_.wall_now();
  if (key.has_expired(now))
    return fail(ErrorCode::kUnauthenticated, "the key ", key.id,
                " has expired; whoever runs the coordinator can make a new one");
  if (!key.last_used_at || now - *key.last_used_at >= kTouchInterval) {
    key.last_used_at = now;
    store_.post<void>([id = key.id, now](store::Writer& writer) { return writer.access.touch_key(id, now); },
                      [](Result<>) {});
  }
  return &key;
}

Result<http::Principal> AccessControl::authenticate(const std::string& api_key) {
  const AccessKey* key = MF_TRY(good_key(api_key, ApiKey::Kind::kClient));
  return http::Principal{key->tenant, key->id, key->scopes};
}

Result<http::Operator> AccessControl::authenticate_admin(const std::string& admin_key) {
  if (constant_time_equal(sha256(admin_key), admin_key_sha256_))
    return http::Operator{kFirstOperator, operator_scopes()};
  const AccessKey* key = MF_TRY(good_key(admin_key, ApiKey::Kind::kOperator));
  return http::Operator{key->operator_name, key->scopes};
}

http::Awaitable<http::NewKey> AccessControl::add_key(http::Operator by, http::KeyOrder order) {
  if (order.operator_name == kFirstOperator)
    co_return fail_field("operator", "must not be ", kFirstOperator,
                         ": that is the key in the file admin.key");
  AccessKey key;
  key.tenant = std::move(order.tenant);
  key.operator_name = std::move(order.operator_name);
  key.label = std::move(order.label);
  key.scopes = std::move(order.scopes);
  key.created_at = clock_.wall_now();
  if (order.lifetime) key.expires_at = key.created_at + *order.lifetime;
  ApiKey made = ApiKey::make(kind_of(key));
  key.id = made.id;
  const store::AccessKeyRow row{key, sha256(made.text)};
  store::AuditRecord record = audit_.entry(by, action_on(key, "add"), key.id.value, detail_of(key).dump());
  Work add = [row](store::Writer& writer) { return writer.access.add_key(row); };
  const Result<> added = co_await audit_.change(std::move(record), std::move(add));
  if (!added) co_return Failure(added.error());
  keys_.emplace(key.id, row);
  co_return http::NewKey{std::move(key), std::move(made.text)};
}

Result<> AccessControl::replaceable(const KeyId& id) const {
  const auto found = keys_.find(id);
  if (found == keys_.end()) return fail(ErrorCode::kNotFound, "there is no key ", id);
  const AccessKey& key = found->second.key;
  if (key.revoked_at) return fail(ErrorCode::kConflict, "key ", id, " is revoked: make a new one");
  if (key.successor)
    return fail(ErrorCode::kConflict, "key ", id, " was replaced by ", *key.successor, ": rotate that one");
  if (key.has_expired(clock_.wall_now()))
    return fail(ErrorCode::kConflict, "key ", id, " has expired: make a new one");
  return {};
}

http::Awaitable<http::NewKey> AccessControl::rotate_key(http::Operator by, KeyId id,
                                                        http::KeyRotation rotation) {
  if (const Result<> may = replaceable(id); !may) co_return Failure(may.error());
  const AccessKey old = keys_.at(id).key;
  const WallTime now = clock_.wall_now();
  ApiKey made = ApiKey::make(kind_of(old));
  AccessKey key = old;
  key.id = made.id;
  key.created_at = now;
  key.last_used_at.reset();
  if (rotation.lifetime)
    key.expires_at = now + *rotation.lifetime;
  else if (old.expires_at)
    key.expires_at = now + (*old.expires_at - old.created_at);
  WallTime end = now + rotation.overlap;
  if (old.expires_at) end = std::min(end, *old.expires_at);
  const store::AccessKeyRow row{key, sha256(made.text)};
  json detail = detail_of(key);
  detail["successor"] = key.id.value;
  detail["ends_at"] = end.time_since_epoch().count();
  store::AuditRecord record = audit_.entry(by, action_on(key, "rotate"), id.value, detail.dump());
  Work replace = [id, row, end, now](store::Writer& writer) {
    return writer.access.replace_key(id, row, end, now);
  };
  const Result<> replaced = co_await audit_.change(std::move(record), std::move(replace));
  if (!replaced) co_return Failure(replaced.error());
  keys_.emplace(key.id, row);
  AccessKey& ending = keys_.at(id).key;
  ending.successor = key.id;
  ending.expires_at = end;
  co_return http::NewKey{std::move(key), std::move(made.text)};
}

http::Awaitable<std::vector<http::KeyInfo>> AccessControl::keys() {
  const WallTime now = clock_.wall_now();
  std::vector<http::KeyInfo> infos;
  infos.reserve(keys_.size());
  for (const auto& [id, row] : keys_) infos.push_back({row.key, row.key.has_expired(now)});
  std::sort(infos.begin(), infos.end(), [](const http::KeyInfo& a, const http::KeyInfo& b) {
    return std::tie(a.key.created_at, a.key.id) < std::tie(b.key.created_at, b.key.id);
  });
  co_return infos;
}

http::Awaitable<http::KeyInfo> AccessControl::key(KeyId id) {
  const auto found = keys_.find(id);
  if (found == keys_.end()) co_return fail(ErrorCode::kNotFound, "there is no key ", id);
  const AccessKey& key = found->second.key;
  co_return http::KeyInfo{key, key.has_expired(clock_.wall_now())};
}

http::Awaitable<> AccessControl::revoke_key(http::Operator by, KeyId id) {
  const auto known = keys_.find(id);
  if (known == keys_.end()) co_return fail(ErrorCode::kNotFound, "there is no key ", id);
  const WallTime now = clock_.wall_now();
  store::AuditRecord record = audit_.entry(by, action_on(known->second.key, "revoke"), id.value);
  Work revoke = [id, now](store::Writer& writer) { return writer.access.revoke_key(id, now); };
  const Result<> revoked = co_await audit_.change(std::move(record), std::move(revoke));
  if (!revoked) co_return revoked;
  AccessKey& key = keys_.at(id).key;
  if (!key.revoked_at) key.revoked_at = now;
  co_return Result<>();
}

}  // namespace musicfleet::backend
