#include "coordinator/backend/worker_roll.h"

#include "coordinator/backend/awaited.h"
#include "coordinator/purchase.h"

#include <nlohmann/json.hpp>

namespace musicfleet::backend {
namespace {

using nlohmann::json;
using Work = std::function<Result<>(store::Writer&)>;

// When the key begins to count. One that was not asked to wait counts always: a wall clock that is set back
// must not lock its worker out.
WallTime counts_from(const store::WorkerKeyRow& key) {
  return key.not_before > key.added_at ? key.not_before : WallTime{};
}

// What operators see as the worker's key: the newest that was not revoked, or the newest of a revoked worker.
std::string shown_key(const store::WorkerRow& row) {
  for (auto key = row.keys.rbegin(); key != row.keys.rend(); ++key)
    if (!key->revoked_at) return key->public_key_z85;
  return row.keys.empty() ? std::string() : row.keys.back().public_key_z85;
}

http::WorkerInfo info_of(const store::WorkerRow& row, const dispatch::FleetMember* member) {
  http::WorkerInfo info;
  info.name = row.name;
  info.public_key = shown_key(row);
  info.revoked = row.revoked_at.has_value();
  info.last_seen_at = row.last_seen_at;
  if (!member) return info;
  info.connected = true;
  info.draining = member->draining;
  info.device = member->device;
  info.software_version = member->software_version;
  info.models = member->models;
  info.running = member->running;
  info.last_seen_at = member->last_seen_at;
  return info;
}

json detail_of(const store::WorkerKeyRow& key) {
  json detail{{"public_key", key.public_key_z85}, {"not_before", key.not_before.time_since_epoch().count()}};
  if (key.expires_at) detail["expires_at"] = key.expires_at->time_since_epoch().count();
  return detail;
}

}  // namespace

WorkerRoll::WorkerRoll(store::StoreThread& store, fleet::FleetPort& fleet, DispatchLoop& dispatch,
                       AuditLog& audit, const Clock& clock)
    : store_(store), fleet_(fleet), dispatch_(dispatch), audit_(audit), clock_(clock) {}

void WorkerRoll::load(std::vector<store::WorkerRow> workers) {
  for (const store::WorkerRow& worker : workers) admit(worker);
}

void WorkerRoll::admit(const store::WorkerRow& worker) {
  std::vector<fleet::AllowedKey> keys;
  if (!worker.revoked_at && worker.name.value != kElevenLabs)
    for (const store::WorkerKeyRow& key : worker.keys)
      if (!key.revoked_at) keys.push_back({key.public_key_z85, counts_from(key), key.expires_at});
  auto& told = admitted_[worker.name];
  if (told == keys) return;
  told = keys;
  fleet_.admit(worker.name, std::move(keys));
}

http::Awaitable<> WorkerRoll::refresh() {
  std::function<Result<std::vector<store::WorkerRow>>(store::Writer&)> list = [](store::Writer& writer) {
    return writer.workers.workers();
  };
  const auto rows = co_await written<std::vector<store::WorkerRow>>(store_, std::move(list));
  if (!rows) co_return Failure(rows.error());
  for (const store::WorkerRow& row : *rows) admit(row);
  co_return Result<>();
}

void WorkerRoll::key_used(const WorkerId&, const std::string& public_key_z85) {
  const WallTime now = clock_.wall_now();
  store_.post<void>(
      [public_key_z85, now](store::Writer& writer) { return writer.workers.touch_key(public_key_z85, now); },
      [](Result<>) {});
}

store::WorkerKeyRow WorkerRoll::row_of(const http::WorkerKeyOrder& order) const {
  store::WorkerKeyRow row;
  row.public_key_z85 = order.public_key;
  row.added_at = clock_.wall_now();
  row.not_before = row.added_at + order.valid_after;
  if (order.lifetime) row.expires_at = row.not_before + *order.lifetime;
  return row;
}

http::Awaitable<> WorkerRoll::add_worker(http::Operator by, WorkerId name, http::WorkerKeyOrder order) {
  if (name.value == kElevenLabs)
    co_return fail_field("name", "is reserved: songs that are bought are leased to ", kElevenLabs);
  const store::WorkerKeyRow row = row_of(order);
  store::AuditRecord record = audit_.entry(by, "worker.add", name.value, detail_of(row).dump());
  Work add = [name, row](store::Writer& writer) { return writer.workers.add(name, row); };
  const Result<> added = co_await audit_.change(std::move(record), std::move(add));
  if (!added) co_return added;
  co_return co_await refresh();
}

http::Awaitable<> WorkerRoll::add_worker_key(http::Operator by, WorkerId name, http::WorkerKeyOrder order,
                                             std::optional<std::chrono::seconds> overlap) {
  const store::WorkerKeyRow row = row_of(order);
  json detail = detail_of(row);
  std::optional<WallTime> end;
  if (overlap) {
    end = row.not_before + *overlap;
    detail["others_end_at"] = end->time_since_epoch().count();
  }
  store::AuditRecord record = audit_.entry(by, "worker_key.add", name.value, detail.dump());
  Work add = [name, row, end](store::Writer& writer) -> Result<> {
    MF_CHECK(writer.workers.add_key(name, row));
    if (end) MF_CHECK(writer.workers.expire_other_keys(name, row.public_key_z85, *end));
    return {};
  };
  const Result<> added = co_await audit_.change(std::move(record), std::move(add));
  if (!added) co_return added;
  co_return co_await refresh();
}

http::Awaitable<> WorkerRoll::revoke_worker(http::Operator by, WorkerId name) {
  const WallTime now = clock_.wall_now();
  store::AuditRecord record = audit_.entry(by, "worker.revoke", name.value);
  Work revoke = [name, now](store::Writer& writer) { return writer.workers.revoke(name, now); };
  const Result<> revoked = co_await audit_.change(std::move(record), std::move(revoke));
  if (!revoked) co_return revoked;
  admitted_.erase(name);
  fleet_.revoke(name);
  dispatch::Event revocation = dispatch::WorkerRevoked{name};
  co_await dispatch_.applied(std::move(revocation));
  co_return Result<>();
}

http::Awaitable<> WorkerRoll::revoke_worker_key(http::Operator by, WorkerId name, std::string public_key) {
  const WallTime now = clock_.wall_now();
  store::AuditRecord record =
      audit_.entry(by, "worker_key.revoke", name.value, json{{"public_key", public_key}}.dump());
  Work revoke = [name, public_key, now](store::Writer& writer) {
    return writer.workers.revoke_key(name, public_key, now);
  };
  const Result<> revoked = co_await audit_.change(std::move(record), std::move(revoke));
  if (!revoked) co_return revoked;
  co_return co_await refresh();
}

http::Awaitable<std::vector<http::WorkerInfo>> WorkerRoll::workers() {
  std::function<Result<std::vector<store::WorkerRow>>(store::Writer&)> list = [](store::Writer& writer) {
    return writer.workers.workers();
  };
  const auto rows = co_await written<std::vector<store::WorkerRow>>(store_, std::move(list));
  if (!rows) co_return Failure(rows.error());
  const auto& fleet = dispatch_.dispatcher().fleet();
  std::vector<http::WorkerInfo> infos;
  for (const store::WorkerRow& row : *rows) {
    const auto member = fleet.find(row.name);
    infos.push_back(info_of(row, member == fleet.end() ? nullptr : &member->second));
  }
  co_return infos;
}

http::Awaitable<std::vector<http::WorkerKeyInfo>> WorkerRoll::worker_keys(WorkerId name) {
  std::function<Result<std::vector<store::WorkerRow>>(store::Writer&)> list = [](store::Writer& writer) {
    return writer.workers.workers();
  };
  const auto rows = co_await written<std::vector<store::WorkerRow>>(store_, std::move(list));
  if (!rows) co_return Failure(rows.error());
  const std::optional<std::string> in_use = fleet_.key_of(name);
  for (const store::WorkerRow& row : *rows) {
    if (row.name != name) continue;
    std::vector<http::WorkerKeyInfo> infos;
    for (const store::WorkerKeyRow& key : row.keys)
      infos.push_back({key.public_key_z85, key.added_at, key.not_before, key.expires_at, key.last_used_at,
                       key.revoked_at.has_value(), in_use == key.public_key_z85});
    co_return infos;
  }
  co_return fail(ErrorCode::kNotFound, "there is no worker ", name);
}

}  // namespace musicfleet::backend
