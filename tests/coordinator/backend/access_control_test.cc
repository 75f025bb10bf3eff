#include "coordinator/backend/access_control.h"

#include "coordinator/backend/api_key.h"
#include "tests/coordinator/backend/backend_fixture.h"
#include "tests/support/fake_clock.h"

#include <fstream>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;
using Kind = ApiKey::Kind;

const http::KeyOrder kClient{.tenant = TenantId{"default"}, .label = "gateway", .scopes = client_scopes()};

class Access : public BackendTest {
 protected:
  http::NewKey add(const http::KeyOrder& order) { return await(process->access.add_key(by, order)).value(); }
  bool is_good(const std::string& key) { return await(process->backend.authenticate(key)).has_value(); }
};

// Beside the process's own, on a clock that the test moves.
class AccessInTime : public BackendTest {
 protected:
  http::NewKey add(const http::KeyOrder& order) { return await(access.add_key(by, order)).value(); }
  std::optional<WallTime> stored_use(const KeyId& id) {
    store::Database database =
        store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadOnly).value();
    const std::vector<store::AccessKeyRow> rows = store::AccessTable(database).keys().value();
    for (const store::AccessKeyRow& row : rows)
      if (row.key.id == id) return row.key.last_used_at;
    return std::nullopt;
  }

  testing::FakeClock clock;
  AccessControl access{process->store, process->audit, clock, sha256("admin secret")};
};

TEST(ApiKeyText, HasAPrefixAnIdASecretAndAChecksum) {
  for (const auto& [kind, prefix] : {std::pair(Kind::kClient, "mf_"), std::pair(Kind::kOperator, "mfa_")}) {
    const ApiKey a = ApiKey::make(kind), b = ApiKey::make(kind);
    EXPECT_NE(a.text, b.text);
    EXPECT_EQ(a.text.rfind(prefix + a.id.value + "_", 0), 0u);
    EXPECT_EQ(ApiKey::id_of(a.text), a.id);
    for (std::size_t i = 0; i < a.text.size(); ++i) {
      std::string typo = a.text;
      typo[i] = typo[i] == 'a' ? 'b' : 'a';
      EXPECT_EQ(ApiKey::id_of(typo), std::nullopt) << i;
    }
    for (const std::string& text : {std::string(), std::string(prefix), a.text.substr(1), a.text + "0"})
      EXPECT_EQ(ApiKey::id_of(text), std::nullopt) << text;
  }
}

TEST_F(Access, AKeyWorksUntilItIsRevokedAlsoInANewProcess) {
  const http::NewKey key = add(kClient);
  restart();
  const auto principal = await(process->backend.authenticate(key.secret));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->tenant, TenantId{"default"});
  EXPECT_EQ(principal->key, key.key.id);
  EXPECT_EQ(principal->scopes, client_scopes());
  const auto infos = await(process->access.keys());
  ASSERT_EQ(infos->size(), 1u);
  EXPECT_EQ(infos->front().key.label, "gateway");
  EXPECT_TRUE(infos->front().key.last_used_at.has_value());
  ASSERT_TRUE(await(process->access.revoke_key(by, key.key.id)));
  EXPECT_FALSE(is_good(key.secret));
  restart();
  EXPECT_FALSE(is_good(key.secret));
  EXPECT_TRUE(await(process->access.key(key.key.id))->key.revoked_at.has_value());
}

TEST_F(Access, EveryBadKeyGetsTheSameAnswer) {
  const http::NewKey revoked = add(kClient);
  ASSERT_TRUE(await(process->access.revoke_key(by, revoked.key.id)));
  const http::NewKey operators = add({.operator_name = "otto", .scopes = operator_scopes()});
  std::set<std::string> answers;
  for (const std::string& key : {std::string("nonsense"), ApiKey::make(Kind::kClient).text, revoked.secret,
                                 operators.secret, std::string("admin secret")}) {
    const auto refused = await(process->backend.authenticate(key));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
    answers.insert(refused.error().message);
  }
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(Access, OnlyTheHashOfAKeyIsStored) {
  const http::NewKey key = add(kClient);
  const auto next = await(process->access.rotate_key(by, key.key.id, {.overlap = 1h}));
  process.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(bytes.find(key.secret), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find(next->secret), std::string::npos) << entry.path();
  }
}

TEST_F(Access, KeysAreOfATenantThatExists) {
  EXPECT_EQ(await(process->access.add_key(by, {.tenant = TenantId{"nobody"}})).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(await(process->access.revoke_key(by, KeyId{"none"})).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->access.rotate_key(by, KeyId{"none"}, {})).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->access.key(KeyId{"none"})).error().code, ErrorCode::kNotFound);
}

TEST_F(Access, TheFirstAdminKeyMayDoEverything) {
  const auto first = await(process->backend.authenticate_admin("admin secret"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->name, "admin");
  EXPECT_EQ(first->scopes, operator_scopes());
  EXPECT_FALSE(await(process->backend.authenticate_admin("admin secre")));
  EXPECT_FALSE(await(process->backend.authenticate_admin(add(kClient).secret)));
}

TEST_F(Access, AnOperatorIsKnownByTheNameOfTheKey) {
  const http::NewKey key = add({.operator_name = "otto", .scopes = {KeyScope::kAdminRead}});
  restart();
  const auto otto = await(process->backend.authenticate_admin(key.secret));
  ASSERT_TRUE(otto);
  EXPECT_EQ(otto->name, "otto");
  EXPECT_EQ(otto->scopes, KeyScopes{KeyScope::kAdminRead});
  ASSERT_TRUE(await(process->access.revoke_key(by, key.key.id)));
  EXPECT_FALSE(await(process->backend.authenticate_admin(key.secret)));
  const auto posing = await(process->access.add_key(by, {.operator_name = "admin"}));
  ASSERT_FALSE(posing) << "the name of the first key";
  EXPECT_EQ(posing.error().param, "operator");
}

TEST_F(Access, EveryChangeOfAKeyIsToldWithItsOperatorAndWithoutTheSecret) {
  const http::NewKey key = add(kClient);
  const auto next = await(process->access.rotate_key(by, key.key.id, {.overlap = 1h}));
  ASSERT_TRUE(await(process->access.revoke_key(by, next->key.id)));
  add({.operator_name = "otto", .scopes = operator_scopes()});
  const auto entries = await(process->audit.audit_entries({}))->entries;
  std::vector<std::string> actions;
  for (const http::AuditEntry& entry : entries) {
    actions.push_back(entry.action);
    EXPECT_EQ(entry.actor, "anna");
    EXPECT_EQ(entry.detail_json.find(key.secret), std::string::npos);
  }
  EXPECT_EQ(actions,
            (std::vector<std::string>{"admin_key.add", "api_key.revoke", "api_key.rotate", "api_key.add"}));
  EXPECT_EQ(entries[2].target, key.key.id.value);
  EXPECT_NE(entries[2].detail_json.find(next->key.id.value), std::string::npos);
}

TEST_F(AccessInTime, AKeyEndsAtItsTimeAndItsHolderIsToldSo) {
  http::KeyOrder order = kClient;
  order.lifetime = 1h;
  const http::NewKey key = add(order);
  clock.advance(1h - 1ms);
  EXPECT_TRUE(access.authenticate(key.secret));
  EXPECT_FALSE(await(access.key(key.key.id))->expired);
  clock.advance(1ms);
  const auto refused = access.authenticate(key.secret);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
  EXPECT_NE(refused.error().message.find("has expired"), std::string::npos);
  EXPECT_TRUE(await(access.key(key.key.id))->expired);
  std::string guess = key.secret;
  guess.replace(20, 5, "wrong");
  EXPECT_EQ(access.authenticate(guess).error().message.find("expired"), std::string::npos)
      << "who does not hold the key learns nothing of it";
}

TEST_F(AccessInTime, ARotatedKeyAndItsSuccessorBothCountUntilTheOverlapIsOver) {
  const http::NewKey old = add(kClient);
  const auto next = await(access.rotate_key(by, old.key.id, {.overlap = 24h}));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->key.tenant, old.key.tenant);
  EXPECT_EQ(next->key.label, old.key.label);
  EXPECT_EQ(next->key.scopes, old.key.scopes);
  EXPECT_EQ(next->key.expires_at, std::nullopt);
  clock.advance(24h - 1ms);
  EXPECT_TRUE(access.authenticate(old.secret));
  EXPECT_TRUE(access.authenticate(next->secret));
  clock.advance(1ms);
  EXPECT_FALSE(access.authenticate(old.secret));
  EXPECT_TRUE(access.authenticate(next->secret));
  EXPECT_EQ(await(access.key(old.key.id))->key.successor, next->key.id);
}

TEST_F(AccessInTime, ASuccessorLivesAsLongAsTheKeyBeforeDidUnlessToldOtherwise) {
  http::KeyOrder order = kClient;
  order.lifetime = 10h;
  const http::NewKey first = add(order);
  clock.advance(9h);
  const auto second = await(access.rotate_key(by, first.key.id, {.overlap = 5h}));
  EXPECT_EQ(second->key.expires_at, clock.wall_now() + 10h);
  EXPECT_EQ(await(access.key(first.key.id))->key.expires_at, clock.wall_now() + 1h)
      << "an overlap does not make the old key live longer";
  const auto third = await(access.rotate_key(by, second->key.id, {.overlap = 0h, .lifetime = 2h}));
  EXPECT_EQ(third->key.expires_at, clock.wall_now() + 2h);
  EXPECT_FALSE(access.authenticate(second->secret));
}

TEST_F(AccessInTime, AKeyThatDoesNotWorkAnyMoreIsNotReplaced) {
  const auto refusal_of = [&](const http::NewKey& key) {
    return await(access.rotate_key(by, key.key.id, {.overlap = 1h})).error();
  };
  const http::NewKey revoked = add(kClient), replaced = add(kClient);
  http::KeyOrder order = kClient;
  order.lifetime = 1h;
  const http::NewKey expired = add(order);
  ASSERT_TRUE(await(access.revoke_key(by, revoked.key.id)));
  ASSERT_TRUE(await(access.rotate_key(by, replaced.key.id, {.overlap = 24h})));
  clock.advance(1h);
  for (const http::NewKey& key : {revoked, replaced, expired})
    EXPECT_EQ(refusal_of(key).code, ErrorCode::kConflict) << refusal_of(key).message;
}

TEST_F(AccessInTime, OfTheUsesOfAMinuteOneIsWrittenDown) {
  const http::NewKey key = add(kClient);
  const WallTime first = clock.wall_now();
  ASSERT_TRUE(access.authenticate(key.secret));
  ASSERT_TRUE(run_until([&] { return stored_use(key.key.id) == first; }));
  const auto work = process->store.committed_work();
  clock.advance(59s);
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(access.authenticate(key.secret));
  EXPECT_EQ(process->store.committed_work() + process->store.waiting(), work);
  clock.advance(1s);
  ASSERT_TRUE(access.authenticate(key.secret));
  EXPECT_TRUE(run_until([&] { return stored_use(key.key.id) == first + 1min; }));
}

}  // namespace
}  // namespace musicfleet::backend
