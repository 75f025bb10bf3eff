#include "coordinator/store/migrations.h"

#include "coordinator/store/worker_table.h"
#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

class Migrations : public ::testing::Test {
 protected:
  Database open() { return Database::open(file, Database::Mode::kReadWrite).value(); }
  TemporaryFolder folder;
  std::filesystem::path file = folder / "m.db";
};

TEST_F(Migrations, MakeANewDatabaseAndRunOnce) {
  Database database = open();
  ASSERT_TRUE(migrate(database, all_migrations()));
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), static_cast<int>(all_migrations().size()));
  EXPECT_EQ(database.integer("SELECT count(*) FROM tenants WHERE id = 'default'").value(), 1);
  ASSERT_TRUE(migrate(database, all_migrations()));
  EXPECT_EQ(database.integer("SELECT count(*) FROM tenants").value(), 1);
}

TEST_F(Migrations, TakeAnOlderDatabaseFurtherAndKeepItsRows) {
  auto older = all_migrations();
  {
    Database database = open();
    ASSERT_TRUE(migrate(database, older));
    ASSERT_TRUE(JobWriter(database).insert(queued_job("job_1"), std::nullopt));
  }
  auto newer = older;
  newer.push_back("ALTER TABLE jobs ADD COLUMN flavour TEXT NOT NULL DEFAULT 'plain'");
  Database database = open();
  ASSERT_TRUE(migrate(database, newer));
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), static_cast<int>(newer.size()));
  EXPECT_EQ(database.integer("SELECT count(*) FROM jobs WHERE flavour = 'plain'").value(), 1);
}

TEST_F(Migrations, WorkersOfTheFirstDatabaseAreNotDrained) {
  {
    Database database = open();
    ASSERT_TRUE(migrate(database, {all_migrations().front()}));
    ASSERT_TRUE(
        database.execute("INSERT INTO workers (name, public_key, created_at) VALUES "
                         "('gpu-1', '0123456789012345678901234567890123456789', 1)"));
  }
  Database database = open();
  ASSERT_TRUE(migrate(database, all_migrations()));
  WorkerTable workers(database);
  EXPECT_TRUE(workers.drained_workers().value().empty());
  ASSERT_TRUE(workers.set_drained(WorkerId{"gpu-1"}, true));
  EXPECT_EQ(workers.drained_workers().value(), std::set<WorkerId>{WorkerId{"gpu-1"}});
  EXPECT_EQ(workers.set_drained(WorkerId{"gpu-2"}, true).error().code, ErrorCode::kNotFound);
}

TEST_F(Migrations, KeysOfTheFirstDatabaseCanDoWhatTheyCould) {
  {
    Database database = open();
    ASSERT_TRUE(migrate(database, {all_migrations().front()}));
    ASSERT_TRUE(database.execute(
        "INSERT INTO api_keys VALUES ('k1', 'default', zeroblob(32), 'gateway', 1, 2, NULL), "
        "('k2', 'default', randomblob(32), '', 1, NULL, 3)"));
  }
  Database database = open();
  ASSERT_TRUE(migrate(database, all_migrations()));
  const auto keys = AccessTable(database).keys().value();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].key.scopes, client_scopes());
  EXPECT_EQ(keys[0].key.tenant, TenantId{"default"});
  EXPECT_EQ(keys[0].key.label, "gateway");
  EXPECT_EQ(keys[0].secret_sha256, Sha256{});
  EXPECT_EQ(keys[0].key.last_used_at, at(2));
  EXPECT_EQ(keys[0].key.expires_at, std::nullopt);
  EXPECT_EQ(keys[1].key.revoked_at, at(3));
}

TEST_F(Migrations, RefuseADatabaseOfANewerBuild) {
  Database database = open();
  ASSERT_TRUE(migrate(database, all_migrations()));
  ASSERT_TRUE(database.execute("PRAGMA user_version = 99"));
  const auto refused = migrate(database, all_migrations());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().message.find("schema version 99"), std::string::npos);
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), 99);
}

TEST_F(Migrations, RefuseSomebodyElsesDatabase) {
  Database database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE accounts (id)"));
  EXPECT_FALSE(migrate(database, all_migrations()));
  EXPECT_EQ(database.integer("SELECT count(*) FROM sqlite_schema").value(), 1);
}

TEST_F(Migrations, LeaveEverythingAsItWasWhenOneFails) {
  Database database = open();
  ASSERT_TRUE(migrate(database, all_migrations()));
  auto broken = all_migrations();
  broken.push_back("CREATE TABLE half (a); CREATE TABLE half (a)");
  EXPECT_FALSE(migrate(database, broken));
  EXPECT_EQ(database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").value(), 0);
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), static_cast<int>(all_migrations().size()));
}

TEST_F(Migrations, RunOnAConnectionThatIsDurable) {
  Database database = open();
  EXPECT_EQ(database.integer("PRAGMA synchronous").value(), 2) << "FULL";
  EXPECT_EQ(database.integer("PRAGMA foreign_keys").value(), 1);
  EXPECT_EQ(database.integer("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'").value(),
            1);
}

}  // namespace
}  // namespace musicfleet::store
