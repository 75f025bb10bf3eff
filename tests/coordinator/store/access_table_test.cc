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

}  // namespace
}  // namespace musicfleet::store
