#include "coordinator/backend/access_control.h"

#include "coordinator/backend/api_key.h"
#include "tests/coordinator/backend/backend_fixture.h"

#include <fstream>

namespace musicfleet::backend {
namespace {

using Access = BackendTest;

TEST(ApiKeyText, HasAnIdASecretAndAChecksum) {
  const ApiKey a = ApiKey::make(), b = ApiKey::make();
  EXPECT_NE(a.text, b.text);
  EXPECT_EQ(a.text.rfind("mf_" + a.id.value + "_", 0), 0u);
  EXPECT_EQ(ApiKey::id_of(a.text), a.id);
  for (std::size_t i = 0; i < a.text.size(); ++i) {
    std::string typo = a.text;
    typo[i] = typo[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(ApiKey::id_of(typo), std::nullopt) << i;
  }
  for (const std::string& text : {std::string(), std::string("mf_"), a.text.substr(1), a.text + "0"})
    EXPECT_EQ(ApiKey::id_of(text), std::nullopt) << text;
}

TEST_F(Access, AKeyWorksUntilItIsRevokedAlsoInANewProcess) {
  const auto key = await(process->backend.add_api_key(by, TenantId{"default"}, "gateway"));
  ASSERT_TRUE(key);
  restart();
  const auto principal = await(process->backend.authenticate(key->secret));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->tenant, TenantId{"default"});
  EXPECT_EQ(principal->key, key->id);
  const auto infos = await(process->backend.api_keys());
  ASSERT_EQ(infos->size(), 1u);
  EXPECT_EQ(infos->front().label, "gateway");
  EXPECT_TRUE(infos->front().last_used_at.has_value());
  ASSERT_TRUE(await(process->backend.revoke_api_key(by, key->id)));
  EXPECT_FALSE(await(process->backend.authenticate(key->secret)));
  restart();
  EXPECT_FALSE(await(process->backend.authenticate(key->secret)));
}

TEST_F(Access, EveryBadKeyGetsTheSameAnswer) {
  const auto revoked = await(process->backend.add_api_key(by, TenantId{"default"}, ""));
  ASSERT_TRUE(await(process->backend.revoke_api_key(by, revoked->id)));
  std::set<std::string> answers;
  for (const std::string& key : {std::string("nonsense"), ApiKey::make().text, revoked->secret}) {
    const auto refused = await(process->backend.authenticate(key));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
    answers.insert(refused.error().message);
  }
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(Access, OnlyTheHashOfAKeyIsStored) {
  const auto key = await(process->backend.add_api_key(by, TenantId{"default"}, ""));
  process.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(bytes.find(key->secret), std::string::npos) << entry.path();
  }
}

TEST_F(Access, KeysAreOfATenantThatExists) {
  EXPECT_EQ(await(process->backend.add_api_key(by, TenantId{"nobody"}, "")).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(await(process->backend.revoke_api_key(by, KeyId{"none"})).error().code, ErrorCode::kNotFound);
}

TEST_F(Access, TheAdminKeyIsItsOwn) {
  EXPECT_TRUE(await(process->backend.authenticate_admin("admin secret")));
  EXPECT_FALSE(await(process->backend.authenticate_admin("admin secre")));
  const auto key = await(process->backend.add_api_key(by, TenantId{"default"}, ""));
  EXPECT_FALSE(await(process->backend.authenticate_admin(key->secret)));
  EXPECT_FALSE(await(process->backend.authenticate("admin secret")));
}

}  // namespace
}  // namespace musicfleet::backend
