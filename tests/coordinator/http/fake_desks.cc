#include "tests/coordinator/http/fake_desks.h"

#include <algorithm>

namespace musicfleet::http {

Awaitable<AuditEntries> FakeAuditDesk::audit_entries(AuditQuery query) {
  queries.push_back(query);
  co_return entries;
}

Awaitable<AuditReport> FakeAuditDesk::verify_audit(std::optional<Sha256> expected_head) {
  expected = expected_head;
  co_return report;
}

Result<KeyInfo*> FakeKeyDesk::find(const KeyId& id) {
  for (KeyInfo& info : list)
    if (info.key.id == id) return &info;
  return fail(ErrorCode::kNotFound, "there is no key ", id);
}

NewKey FakeKeyDesk::made(AccessKey key) {
  key.id = KeyId{concat("k", list.size() + 1)};
  list.push_back({key});
  return {key, "mf_secret"};
}

Awaitable<NewKey> FakeKeyDesk::add_key(Operator by, KeyOrder order) {
  operators.push_back(by.name);
  orders.push_back(order);
  AccessKey key;
  key.tenant = order.tenant;
  key.operator_name = order.operator_name;
  key.label = order.label;
  key.scopes = order.scopes;
  co_return made(key);
}

Awaitable<NewKey> FakeKeyDesk::rotate_key(Operator by, KeyId id, KeyRotation rotation) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  KeyInfo& old = **found;
  if (old.key.successor) co_return fail(ErrorCode::kConflict, "key ", id, " was replaced");
  operators.push_back(by.name);
  rotations.push_back(rotation);
  old.key.successor = KeyId{concat("k", list.size() + 1)};
  AccessKey next = old.key;
  next.successor.reset();
  co_return made(next);
}

Awaitable<std::vector<KeyInfo>> FakeKeyDesk::keys() { co_return list; }

Awaitable<KeyInfo> FakeKeyDesk::key(KeyId id) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  co_return **found;
}

Awaitable<> FakeKeyDesk::revoke_key(Operator, KeyId id) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  (*found)->key.revoked_at = WallTime{};
  co_return Result<>();
}

Awaitable<> FakeWorkerDesk::add_worker_key(Operator, WorkerId name, WorkerKeyOrder key,
                                           std::optional<std::chrono::seconds> overlap) {
  overlaps.push_back(overlap);
  orders.push_back(key);
  WorkerKeyInfo info;
  info.public_key = key.public_key;
  keys[name.value].push_back(info);
  co_return Result<>();
}

Awaitable<std::vector<WorkerKeyInfo>> FakeWorkerDesk::worker_keys(WorkerId name) {
  if (!keys.count(name.value)) co_return fail(ErrorCode::kNotFound, "there is no worker ", name);
  co_return keys.at(name.value);
}

Awaitable<> FakeWorkerDesk::revoke_worker_key(Operator, WorkerId name, std::string public_key) {
  for (WorkerKeyInfo& key : keys[name.value])
    if (key.public_key == public_key) {
      key.revoked = true;
      co_return Result<>();
    }
  co_return fail(ErrorCode::kNotFound, "worker ", name, " has no such key");
}

Awaitable<JobStory> FakeJobDesk::story(JobId id) {
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return Failure(job.error());
  co_return JobStory{*job, attempts[id.value], events[id.value]};
}

Result<Webhook*> FakeWebhookDesk::find(const WebhookId& id) {
  for (Webhook& webhook : list)
    if (webhook.id == id) return &webhook;
  return fail(ErrorCode::kNotFound, "there is no webhook ", id);
}

Awaitable<WebhookWithSecret> FakeWebhookDesk::add_webhook(Operator /*by*/, NewWebhook wanted) {
  if (wanted.url.rfind("https://", 0) != 0) co_return fail_field("url", "must begin with https://");
  added.push_back(wanted);
  Webhook webhook;
  webhook.id = WebhookId{concat("wh_", list.size() + 1)};
  webhook.tenant = wanted.tenant;
  webhook.url = wanted.url;
  webhook.description = wanted.description;
  webhook.events = wanted.events;
  list.push_back(webhook);
  co_return WebhookWithSecret{webhook, wanted.secret.value_or("whsec_new")};
}

Awaitable<std::vector<Webhook>> FakeWebhookDesk::webhooks(std::optional<TenantId> tenant) {
  std::vector<Webhook> found;
  for (const Webhook& webhook : list)
    if (!tenant || webhook.tenant == *tenant) found.push_back(webhook);
  co_return found;
}

Awaitable<Webhook> FakeWebhookDesk::webhook(WebhookId id) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  co_return **found;
}

Awaitable<WebhookWithSecret> FakeWebhookDesk::rotate_webhook(Operator /*by*/, WebhookId id,
                                                             std::chrono::seconds overlap) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  overlaps.push_back(overlap);
  co_return WebhookWithSecret{**found, "whsec_rotated"};
}

Awaitable<Webhook> FakeWebhookDesk::enable_webhook(Operator /*by*/, WebhookId id) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  Webhook* webhook = *found;
  webhook->enabled = true;
  webhook->disabled_reason.clear();
  co_return *webhook;
}

Awaitable<Webhook> FakeWebhookDesk::disable_webhook(Operator /*by*/, WebhookId id) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  Webhook* webhook = *found;
  webhook->enabled = false;
  webhook->disabled_reason = "by an operator";
  co_return *webhook;
}

Awaitable<> FakeWebhookDesk::remove_webhook(Operator /*by*/, WebhookId id) {
  const auto found = find(id);
  if (!found) co_return Failure(found.error());
  list.erase(list.begin() + (*found - list.data()));
  co_return Result<>();
}

Awaitable<DeliveryPage> FakeWebhookDesk::deliveries(WebhookId id, DeliveryQuery query) {
  if (const auto found = find(id); !found) co_return Failure(found.error());
  queries.push_back(query);
  co_return DeliveryPage{sent, "7"};
}

Awaitable<> FakeWebhookDesk::resend(Operator /*by*/, WebhookId id, DeliveryId delivery) {
  if (const auto found = find(id); !found) co_return Failure(found.error());
  resent.push_back(delivery.value);
  co_return Result<>();
}

Awaitable<Job> FakeJobDesk::requeue(Operator, JobId id) {
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return job;
  if (job->state != JobState::kFailed) co_return fail(ErrorCode::kConflict, "only a failed job");
  backend_.update(id, [](Job& found) { found.state = JobState::kQueued; });
  co_return co_await backend_.any_job(id);
}

Awaitable<> FakeDrainDesk::set(WorkerId name, bool draining) {
  for (WorkerInfo& worker : backend_.worker_list)
    if (worker.name == name) {
      worker.draining = draining;
      co_return Result<>();
    }
  co_return fail(ErrorCode::kNotFound, "there is no worker ", name);
}

Awaitable<TenantInfo> FakeTenantDesk::add_tenant(Operator, TenantId id, TenantLimits limits) {
  for (const TenantInfo& tenant : list_)
    if (tenant.id == id) co_return fail(ErrorCode::kConflict, "there is already a tenant ", id);
  list_.push_back({id, WallTime{}, limits});
  co_return list_.back();
}

Awaitable<TenantInfo> FakeTenantDesk::set_limits(Operator, TenantId id, LimitsChange change) {
  for (TenantInfo& tenant : list_)
    if (tenant.id == id) {
      tenant.limits = change(tenant.limits);
      co_return tenant;
    }
  co_return fail(ErrorCode::kNotFound, "there is no tenant ", id);
}

Awaitable<Intake> FakeIntakeDesk::pause(Operator by, std::string reason) {
  orders.push_back(concat(by.name, " pause ", reason));
  intake_ = {WallTime{std::chrono::seconds(1)}, std::move(reason)};
  co_return intake_;
}

Awaitable<Intake> FakeIntakeDesk::resume(Operator by) {
  orders.push_back(by.name + " resume");
  intake_ = {};
  co_return intake_;
}

Awaitable<Overview> FakeOverviewDesk::overview() { co_return answer; }

Awaitable<Removed> FakeRemovalDesk::purge(Operator, PurgeOrder order) {
  purges.push_back(std::move(order));
  co_return answer;
}

Awaitable<Removed> FakeRemovalDesk::erase(Operator, TenantId tenant, bool dry_run) {
  if (tenant == unknown) co_return fail(ErrorCode::kNotFound, "there is no tenant ", tenant);
  erased.push_back(tenant.value + (dry_run ? "?" : ""));
  co_return answer;
}

Awaitable<BackupInfo> FakeBackupDesk::take_backup(Operator, std::optional<std::string> name) {
  BackupInfo info;
  info.name = name.value_or("by-time");
  if (std::find(names.begin(), names.end(), info.name) != names.end())
    co_return fail(ErrorCode::kConflict, info.name, " exists already");
  names.push_back(info.name);
  info.folder = "/backup/" + info.name;
  info.jobs = 7;
  co_return info;
}

Awaitable<ledger::CostReport> FakeMoneyDesk::cost_report(CostQuery query) {
  costs.push_back(std::move(query));
  co_return report;
}

Awaitable<Purchases> FakeMoneyDesk::purchases(PurchaseQuery query) {
  queries.push_back(query);
  Purchases page;
  for (const Purchase& purchase : list) {
    if (query.before && purchase.number >= *query.before) continue;
    if (query.unknown && purchase.state != PurchaseState::kUnknown) continue;
    if (static_cast<int>(page.list.size()) == query.limit) {
      page.next_before = page.list.back().number;
      break;
    }
    page.list.push_back(purchase);
  }
  co_return page;
}

Awaitable<Purchase> FakeMoneyDesk::settle(Operator, Settlement settlement) {
  settled.push_back(settlement);
  for (Purchase& purchase : list)
    if (purchase.intent.lease.job == settlement.job && purchase.state == PurchaseState::kUnknown) {
      purchase.state = settlement.paid ? PurchaseState::kLost : PurchaseState::kNotBought;
      co_return purchase;
    }
  co_return fail(ErrorCode::kNotFound, "there is no purchase of ", settlement.job);
}

}  // namespace musicfleet::http
