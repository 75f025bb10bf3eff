#include "coordinator/store/worker_table.h"

#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

class Workers : public StoreTest {
 protected:
  WorkerTable table{database};
};

const WorkerId kGpu1{"gpu-1"};

WorkerKeyRow key(char letter, int from = 1'000) {
  return {std::string(40, letter), at(1'000), at(from), {}, {}, {}};
}

TEST_F(Workers, HaveOneNameAndKeysOfTheirOwn) {
  ASSERT_TRUE(table.add(kGpu1, key('a')));
  EXPECT_EQ(table.add(kGpu1, key('b')).error().code, ErrorCode::kConflict);
  EXPECT_EQ(table.add_key(WorkerId{"gpu-2"}, key('c')).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(table.add(WorkerId{"gpu-2"}, key('c')));
  EXPECT_EQ(table.add_key(WorkerId{"gpu-2"}, key('a')).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(table.add_key(kGpu1, key('b')));
  ASSERT_TRUE(writer.apply({WorkerSeen{kGpu1, at(9'000)}}));
  ASSERT_TRUE(table.touch_key(std::string(40, 'b'), at(8'000)));
  const auto workers = table.workers().value();
  ASSERT_EQ(workers.size(), 2u);
  ASSERT_EQ(workers[0].keys.size(), 2u);
  EXPECT_EQ(workers[0].last_seen_at, at(9'000));
  EXPECT_EQ(workers[0].keys[1].last_used_at, at(8'000));
  EXPECT_EQ(workers[1].keys.size(), 1u);
}

TEST_F(Workers, OtherKeysEndAfterTheOverlapAndNeverLater) {
  ASSERT_TRUE(table.add(kGpu1, key('a')));
  WorkerKeyRow ending = key('b');
  ending.expires_at = at(3'000);
  ASSERT_TRUE(table.add_key(kGpu1, ending));
  ASSERT_TRUE(table.add_key(kGpu1, key('c')));
  ASSERT_TRUE(table.expire_other_keys(kGpu1, std::string(40, 'c'), at(5'000)));
  const auto keys = table.workers().value()[0].keys;
  EXPECT_EQ(keys[0].expires_at, at(5'000));
  EXPECT_EQ(keys[1].expires_at, at(3'000)) << "it ended earlier anyway";
  EXPECT_EQ(keys[2].expires_at, std::nullopt);
}

TEST_F(Workers, ARevokedWorkerMayComeBackButNoKeyOfItDoes) {
  ASSERT_TRUE(table.add(kGpu1, key('a')));
  ASSERT_TRUE(table.revoke(kGpu1, at(2'000)));
  EXPECT_EQ(table.workers().value()[0].revoked_at, at(2'000));
  EXPECT_EQ(table.workers().value()[0].keys[0].revoked_at, at(2'000));
  EXPECT_EQ(table.add_key(kGpu1, key('b')).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(table.add(kGpu1, key('b')));
  EXPECT_EQ(table.workers().value()[0].revoked_at, std::nullopt);
  EXPECT_EQ(table.workers().value()[0].keys[0].revoked_at, at(2'000));
  EXPECT_EQ(table.revoke(WorkerId{"gpu-9"}, at(1)).error().code, ErrorCode::kNotFound);
}

TEST_F(Workers, AKeyIsRevokedAloneAndTheFirstTimeCounts) {
  ASSERT_TRUE(table.add(kGpu1, key('a')));
  ASSERT_TRUE(table.add_key(kGpu1, key('b')));
  ASSERT_TRUE(table.revoke_key(kGpu1, std::string(40, 'a'), at(2'000)));
  ASSERT_TRUE(table.revoke_key(kGpu1, std::string(40, 'a'), at(3'000)));
  EXPECT_EQ(table.revoke_key(kGpu1, std::string(40, 'z'), at(3'000)).error().code, ErrorCode::kNotFound);
  const auto worker = table.workers().value()[0];
  EXPECT_EQ(worker.keys[0].revoked_at, at(2'000));
  EXPECT_EQ(worker.keys[1].revoked_at, std::nullopt);
  EXPECT_EQ(worker.revoked_at, std::nullopt);
}

TEST(WorkerMigration, KeepsTheWorkersAndKeysOfTheFirstVersion) {
  const TemporaryFolder folder;
  Database database = Database::open(folder / "old.db", Database::Mode::kReadWrite).value();
  ASSERT_TRUE(migrate(database, {all_migrations().front()}));
  ASSERT_TRUE(database.execute(concat("INSERT INTO workers VALUES ('gpu-1', '", std::string(40, 'a'),
                                      "', 1000, NULL, 4000), ('gpu-2', '", std::string(40, 'b'),
                                      "', 2000, 3000, NULL)")
                                   .c_str()));
  ASSERT_TRUE(migrate(database, all_migrations()));
  const auto workers = WorkerTable(database).workers().value();
  ASSERT_EQ(workers.size(), 2u);
  EXPECT_EQ(workers[0].last_seen_at, at(4'000));
  ASSERT_EQ(workers[0].keys.size(), 1u);
  EXPECT_EQ(workers[0].keys[0].public_key_z85, std::string(40, 'a'));
  EXPECT_EQ(workers[0].keys[0].not_before, at(1'000));
  EXPECT_EQ(workers[0].keys[0].revoked_at, std::nullopt);
  EXPECT_EQ(workers[1].revoked_at, at(3'000));
  EXPECT_EQ(workers[1].keys[0].revoked_at, at(3'000));
}

}  // namespace
}  // namespace musicfleet::store
