#include "coordinator/store/access_table.h"

#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

using Access = StoreTest;

AccessKeyRow key(const std::string& id, std::uint8_t byte) {
  AccessKeyRow row;
  row.key.id = KeyId{id};
  row.key.tenant = TenantId{"default"};
  row.key.label = "the shop's gateway";
  row.key.scopes = client_scopes();
  row.key.created_at = at(1'000);
  row.secret_sha256 = hash_of(byte);
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
  EXPECT_EQ(keys[0].key.label, "the shop's gateway");
  EXPECT_EQ(keys[0].key.scopes, client_scopes());
  EXPECT_EQ(keys[0].key.last_used_at, at(5'000));
  EXPECT_EQ(keys[0].key.expires_at, std::nullopt);
  EXPECT_EQ(keys[0].key.revoked_at, std::nullopt);
  EXPECT_FALSE(keys[0].key.is_operators());
  EXPECT_EQ(keys[1].key.revoked_at, at(6'000)) << "the first time counts";
}

TEST_F(Access, AnOperatorsKeyHasANameAndNoTenant) {
  AccessKeyRow row = key("a", 1);
  row.key.tenant = {};
  row.key.operator_name = "anna";
  row.key.scopes = {KeyScope::kAdminRead};
  row.key.expires_at = at(9'000);
  ASSERT_TRUE(access.add_key(row));
  const AccessKey stored = access.keys().value().at(0).key;
  EXPECT_TRUE(stored.is_operators());
  EXPECT_EQ(stored.operator_name, "anna");
  EXPECT_TRUE(stored.tenant.empty());
  EXPECT_EQ(stored.scopes, KeyScopes{KeyScope::kAdminRead});
  EXPECT_EQ(stored.expires_at, at(9'000));
  AccessKeyRow both = key("b", 2);
  both.key.operator_name = "anna";
  EXPECT_FALSE(access.add_key(both)) << "a key is a client's or an operator's";
  AccessKeyRow nobodys = key("c", 3);
  nobodys.key.tenant = {};
  EXPECT_FALSE(access.add_key(nobodys));
}

TEST_F(Access, AKeyIsReplacedOnceAndOnlyWhileItWorks) {
  ASSERT_TRUE(access.add_key(key("a", 1)));
  ASSERT_TRUE(access.replace_key(KeyId{"a"}, key("b", 2), at(9'000), at(2'000)));
  const AccessKey replaced = access.keys().value().at(0).key;
  EXPECT_EQ(replaced.successor, KeyId{"b"});
  EXPECT_EQ(replaced.expires_at, at(9'000));
  const auto code_of_replacing = [&](const char* old, const char* next, std::uint8_t byte) {
    return access.replace_key(KeyId{old}, key(next, byte), at(9'000), at(2'000)).error().code;
  };
  EXPECT_EQ(code_of_replacing("a", "c", 3), ErrorCode::kConflict) << "it has a successor";
  ASSERT_TRUE(access.revoke_key(KeyId{"b"}, at(1'500)));
  EXPECT_EQ(code_of_replacing("b", "d", 4), ErrorCode::kConflict) << "it is revoked";
  AccessKeyRow expired = key("e", 5);
  expired.key.expires_at = at(2'000);
  ASSERT_TRUE(access.add_key(expired));
  EXPECT_EQ(code_of_replacing("e", "f", 6), ErrorCode::kConflict) << "it has expired";
}

TEST_F(Access, KeysAreOfATenantThatExists) {
  AccessKeyRow row = key("a", 1);
  row.key.tenant = TenantId{"nobody"};
  EXPECT_EQ(access.add_key(row).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(access.revoke_key(KeyId{"a"}, at(1)).error().code, ErrorCode::kNotFound);
}

TEST(KeyScopesText, IsReadBackAndWhatIsUnknownAllowsNothing) {
  for (const KeyScopes& scopes : {KeyScopes{}, client_scopes(), operator_scopes(), {KeyScope::kJobsWrite}})
    EXPECT_EQ(key_scopes_of(text_of(scopes)), scopes);
  EXPECT_EQ(text_of(client_scopes()), "jobs:read,jobs:write");
  EXPECT_EQ(key_scopes_of("jobs:read,jobs:fly,,jobs"), KeyScopes{KeyScope::kJobsRead});
}

}  // namespace
}  // namespace musicfleet::store
