// Every change that an operator makes is in the audit log, and nothing that did not happen is.
#include "tests/coordinator/backend/backend_fixture.h"

namespace musicfleet::backend {
namespace {

const http::KeyOrder kGateway{.tenant = TenantId{"default"}, .label = "gateway", .scopes = client_scopes()};

class Audit : public BackendTest {
 protected:
  std::vector<http::AuditEntry> entries() { return await(process->audit.audit_entries({}))->entries; }
  std::vector<std::string> actions() {
    std::vector<std::string> names;
    for (const http::AuditEntry& entry : entries()) names.push_back(entry.action);
    return names;
  }
};

TEST_F(Audit, EveryChangeIsToldWithItsOperator) {
  const auto key = await(process->access.add_key(by, kGateway));
  ASSERT_TRUE(key) << key.error().message;
  ASSERT_TRUE(await(process->access.revoke_key(by, key->key.id)));
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, {std::string(40, 'k')})));
  ASSERT_TRUE(await(process->backend.revoke_worker(by, WorkerId{"gpu-1"})));
  const Job job = submit();
  ASSERT_TRUE(await(process->backend.cancel_any(by, job.id)));
  const std::vector<std::string> wanted{"job.cancel", "worker.revoke", "worker.add", "api_key.revoke",
                                        "api_key.add"};
  EXPECT_EQ(actions(), wanted);
  for (const http::AuditEntry& entry : entries()) EXPECT_EQ(entry.actor, "anna");
  EXPECT_EQ(entries().back().target, key->key.id.value);
  EXPECT_EQ(entries().back().detail_json.find(key->secret), std::string::npos);
}

TEST_F(Audit, WhatWasRefusedIsNotTold) {
  EXPECT_FALSE(await(process->access.add_key(by, {.tenant = TenantId{"nobody"}})));
  EXPECT_FALSE(await(process->access.rotate_key(by, KeyId{"none"}, {})));
  EXPECT_FALSE(await(process->access.revoke_key(by, KeyId{"none"})));
  EXPECT_FALSE(await(process->backend.revoke_worker(by, WorkerId{"none"})));
  EXPECT_FALSE(await(process->backend.cancel_any(by, JobId{"none"})));
  EXPECT_TRUE(entries().empty());
}

TEST_F(Audit, WhatACallerDoesToItsOwnJobIsNoOperatorsAction) {
  const Job job = submit();
  ASSERT_TRUE(await(process->backend.cancel(who, job.id)));
  EXPECT_TRUE(entries().empty());
}

TEST_F(Audit, AChangeIsNotMadeWhereItCannotBeTold) {
  store::Database database =
      store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadWrite).value();
  ASSERT_TRUE(
      database.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN "
                       "SELECT RAISE(ABORT, 'no'); END"));
  EXPECT_FALSE(await(process->access.add_key(by, kGateway)));
  EXPECT_EQ(await(process->access.keys())->size(), 0u);
  EXPECT_EQ(database.integer("SELECT count(*) FROM access_keys").value(), 0);
  const Job job = submit();
  EXPECT_FALSE(await(process->backend.cancel_any(by, job.id)));
  EXPECT_EQ(stored(job.id).state, JobState::kQueued);
}

TEST_F(Audit, TheChainIsCheckedToItsEndAcrossSeveralPieces) {
  process.reset();
  {
    store::Database database =
        store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadWrite).value();
    ASSERT_TRUE(database.execute("BEGIN"));
    for (int i = 0; i < 2 * AuditLog::kRowsAtATime; ++i)
      ASSERT_TRUE(store::AuditLog(database).append({WallTime{}, "anna", "job.cancel", "job", "{}"}));
    ASSERT_TRUE(database.execute("COMMIT"));
  }
  restart();
  const auto whole = await(process->audit.verify_audit(std::nullopt));
  EXPECT_TRUE(whole->intact);
  EXPECT_EQ(whole->rows, 2 * AuditLog::kRowsAtATime);
  EXPECT_TRUE(await(process->audit.verify_audit(whole->head))->intact);
  EXPECT_FALSE(await(process->audit.verify_audit(Sha256{}))->intact);
}

}  // namespace
}  // namespace musicfleet::backend
