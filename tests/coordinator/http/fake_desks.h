// The operators' desks in memory, beside FakeBackend. Loop thread only.
#pragma once

#include "coordinator/http/audit_desk.h"
#include "coordinator/http/backup_desk.h"
#include "coordinator/http/drain_desk.h"
#include "coordinator/http/job_desk.h"
#include "coordinator/http/key_desk.h"
#include "coordinator/http/money_desk.h"
#include "coordinator/http/overview_desk.h"
#include "coordinator/http/removal_desk.h"
#include "coordinator/http/tenant_desk.h"
#include "coordinator/http/webhook_desk.h"
#include "coordinator/http/worker_desk.h"
#include "tests/coordinator/http/fake_backend.h"

namespace musicfleet::http {

// Answers what tests put into it.
class FakeAuditDesk final : public AuditDesk {
 public:
  AuditEntries entries;
  AuditReport report;
  std::vector<AuditQuery> queries;
  std::optional<Sha256> expected;

  Awaitable<AuditEntries> audit_entries(AuditQuery query) override;
  Awaitable<AuditReport> verify_audit(std::optional<Sha256> expected_head) override;
};

// Keys k1, k2, …, whose secret is always the same, and the operators who made them.
class FakeKeyDesk final : public KeyDesk {
 public:
  std::vector<KeyInfo> list;
  std::vector<KeyOrder> orders;
  std::vector<KeyRotation> rotations;
  std::vector<std::string> operators;

  Awaitable<NewKey> add_key(Operator by, KeyOrder order) override;
  Awaitable<NewKey> rotate_key(Operator by, KeyId id, KeyRotation rotation) override;
  Awaitable<std::vector<KeyInfo>> keys() override;
  Awaitable<KeyInfo> key(KeyId id) override;
  Awaitable<> revoke_key(Operator by, KeyId id) override;

 private:
  Result<KeyInfo*> find(const KeyId& id);
  NewKey made(AccessKey key);
};

// Keeps the keys of whatever workers it is told of.
class FakeWorkerDesk final : public WorkerDesk {
 public:
  std::map<std::string, std::vector<WorkerKeyInfo>> keys;  // by worker
  std::vector<std::optional<std::chrono::seconds>> overlaps;
  std::vector<WorkerKeyOrder> orders;

  Awaitable<> add_worker_key(Operator by, WorkerId name, WorkerKeyOrder key,
                             std::optional<std::chrono::seconds> overlap) override;
  Awaitable<std::vector<WorkerKeyInfo>> worker_keys(WorkerId name) override;
  Awaitable<> revoke_worker_key(Operator by, WorkerId name, std::string public_key) override;
};

// Tells of the jobs of a FakeBackend what tests put into it.
class FakeJobDesk final : public JobDesk {
 public:
  explicit FakeJobDesk(FakeBackend& backend) : backend_(backend) {}

  std::map<std::string, std::vector<JobAttempt>> attempts;  // by job
  std::map<std::string, std::vector<HistoryEvent>> events;  // by job

  Awaitable<JobStory> story(JobId id) override;
  Awaitable<Job> requeue(Operator by, JobId id) override;

 private:
  FakeBackend& backend_;
};

// Webhooks in a list; deliveries are what tests put in, and are resent by name only.
class FakeWebhookDesk final : public WebhookDesk {
 public:
  std::vector<Webhook> list;
  std::vector<WebhookDelivery> sent;
  std::vector<NewWebhook> added;
  std::vector<std::chrono::seconds> overlaps;  // of rotations
  std::vector<DeliveryQuery> queries;
  std::vector<std::string> resent;

  Awaitable<WebhookWithSecret> add_webhook(Operator by, NewWebhook webhook) override;
  Awaitable<std::vector<Webhook>> webhooks(std::optional<TenantId> tenant) override;
  Awaitable<Webhook> webhook(WebhookId id) override;
  Awaitable<WebhookWithSecret> rotate_webhook(Operator by, WebhookId id,
                                              std::chrono::seconds overlap) override;
  Awaitable<Webhook> enable_webhook(Operator by, WebhookId id) override;
  Awaitable<Webhook> disable_webhook(Operator by, WebhookId id) override;
  Awaitable<> remove_webhook(Operator by, WebhookId id) override;
  Awaitable<DeliveryPage> deliveries(WebhookId id, DeliveryQuery query) override;
  Awaitable<> resend(Operator by, WebhookId id, DeliveryId delivery) override;

 private:
  Result<Webhook*> find(const WebhookId& id);
};

class FakeIntakeDesk final : public IntakeDesk {
 public:
  const Intake& intake() const override { return intake_; }
  std::vector<std::string> orders;  // "actor pause reason", "actor resume"

  Awaitable<Intake> pause(Operator by, std::string reason) override;
  Awaitable<Intake> resume(Operator by) override;

 private:
  Intake intake_;
};

// Answers with what a test has put there.
class FakeOverviewDesk final : public OverviewDesk {
 public:
  Overview answer;

  Awaitable<Overview> overview() override;
};

// Knows the workers of a FakeBackend.
class FakeDrainDesk final : public DrainDesk {
 public:
  explicit FakeDrainDesk(FakeBackend& backend) : backend_(backend) {}

  Awaitable<> drain(Operator, WorkerId worker) override { return set(std::move(worker), true); }
  Awaitable<> resume(Operator, WorkerId worker) override { return set(std::move(worker), false); }

 private:
  Awaitable<> set(WorkerId name, bool draining);

  FakeBackend& backend_;
};

class FakeTenantDesk final : public TenantDesk {
 public:
  Awaitable<std::vector<TenantInfo>> tenants() override { co_return list_; }
  Awaitable<TenantInfo> add_tenant(Operator by, TenantId id, TenantLimits limits) override;
  Awaitable<TenantInfo> set_limits(Operator by, TenantId id, LimitsChange change) override;

 private:
  std::vector<TenantInfo> list_{{TenantId{"default"}, WallTime{}, {}}};
};

// Answers with what a test has put there; writes down what it was asked for.
class FakeRemovalDesk final : public RemovalDesk {
 public:
  Removed answer;
  std::vector<PurgeOrder> purges;
  std::vector<std::string> erased;  // tenants, "?" after the name of one that was only counted
  TenantId unknown{"nobody"};

  Awaitable<Removed> purge(Operator by, PurgeOrder order) override;
  Awaitable<Removed> erase(Operator by, TenantId tenant, bool dry_run) override;
};

// Knows the names that it was given.
class FakeBackupDesk final : public BackupDesk {
 public:
  std::vector<std::string> names;

  Awaitable<BackupInfo> take_backup(Operator by, std::optional<std::string> name) override;
};

// Answers with what a test has put there; settles any purchase that is unknown in its list.
class FakeMoneyDesk final : public MoneyDesk {
 public:
  ledger::CostReport report;
  std::vector<Purchase> list;  // newest first
  std::vector<CostQuery> costs;
  std::vector<PurchaseQuery> queries;
  std::vector<Settlement> settled;

  Awaitable<ledger::CostReport> cost_report(CostQuery query) override;
  Awaitable<Purchases> purchases(PurchaseQuery query) override;
  Awaitable<Purchase> settle(Operator by, Settlement settlement) override;
};

}  // namespace musicfleet::http
