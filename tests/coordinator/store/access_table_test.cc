#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

using Access = StoreTest;

ApiKeyRow key(const std::string& id, std::uint8_t byte) {
  ApiKeyRow row;
  row.id = KeyId{id};
  row.tenant = TenantId{"default"};
  row.secret_sha256 = hash_of(byte);
  row.label = "the shop's gateway";
  row.created_at = at(1'000);
  return row;
}

WorkerRow worker(const std::string& name, char key) {
  WorkerRow row;
  row.name = WorkerId{name};
  row.public_key_z85 = std::string(40, key);
  row.created_at = at(1'000);
  return row;
}

TEST_F(Access, KeysAreKeptUsedAndRevoked) {
  ASSERT_TRUE(access.add_key(key("a", 1)));
  ASSERT_TRUE(access.add_key(key("b", 2)));
  ASSERT_TRUE(access.touch_key(KeyId{"a"}, at(5'000)));
  ASSERT_TRUE(access.revoke_key(KeyId{"b"}, at(6'000)));
  ASSERT_TRUE(access.revoke_key(KeyId{"b"}, at(7'000)));
  const auto keys = access.keys().value();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].secret_sha256, hash_of(1));
  EXPECT_EQ(keys[0].label, "the shop's gateway");
  EXPECT_EQ(keys[0].last_used_at, at(5'000));
  EXPECT_EQ(keys[0].revoked_at, std::nullopt);
  EXPECT_EQ(keys[1].revoked_at, at(6'000)) << "the first time counts";
}

TEST_F(Access, KeysAreOfATenantThatExists) {
  ApiKeyRow row = key("a", 1);
  row.tenant = TenantId{"nobody"};
  EXPECT_EQ(access.add_key(row).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(access.revoke_key(KeyId{"a"}, at(1)).error().code, ErrorCode::kNotFound);
}

TEST_F(Access, WorkersHaveOneNameAndOneKeyEach) {
  ASSERT_TRUE(access.add_worker(worker("gpu-1", 'a')));
  EXPECT_EQ(access.add_worker(worker("gpu-1", 'b')).error().code, ErrorCode::kConflict);
  EXPECT_EQ(access.add_worker(worker("gpu-2", 'a')).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(access.add_worker(worker("gpu-2", 'c')));
  ASSERT_TRUE(writer.apply({WorkerSeen{WorkerId{"gpu-2"}, at(9'000)}}));
  const auto workers = access.workers().value();
  ASSERT_EQ(workers.size(), 2u);
  EXPECT_EQ(workers[0].public_key_z85, std::string(40, 'a'));
  EXPECT_EQ(workers[1].last_seen_at, at(9'000));
}

TEST_F(Access, ARevokedWorkerMayComeBackWithANewKey) {
  ASSERT_TRUE(access.add_worker(worker("gpu-1", 'a')));
  ASSERT_TRUE(access.revoke_worker(WorkerId{"gpu-1"}, at(2'000)));
  EXPECT_EQ(access.workers().value()[0].revoked_at, at(2'000));
  ASSERT_TRUE(access.add_worker(worker("gpu-1", 'b')));
  EXPECT_EQ(access.workers().value()[0].revoked_at, std::nullopt);
  EXPECT_EQ(access.workers().value()[0].public_key_z85, std::string(40, 'b'));
  EXPECT_EQ(access.revoke_worker(WorkerId{"gpu-9"}, at(1)).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace musicfleet::store
