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

TEST_F(Access, WorkersAreLetInWhenAddedAndAtEveryStart) {
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, std::string(40, 'k'))));
  EXPECT_TRUE(port.allowed.count(WorkerId{"gpu-1"}));
  port.allowed.clear();
  restart();
  EXPECT_TRUE(port.allowed.count(WorkerId{"gpu-1"}));
  EXPECT_EQ(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, std::string(40, 'x'))).error().code,
            ErrorCode::kConflict);
}

TEST_F(Access, WorkersAreListedWithWhatTheyAreDoing) {
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, std::string(40, 'k'))));
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-2"}, std::string(40, 'l'))));
  hello("gpu-1");
  sent<to_worker::Welcome>("gpu-1");
  const auto workers = await(process->backend.workers());
  ASSERT_EQ(workers->size(), 2u);
  EXPECT_TRUE((*workers)[0].connected);
  ASSERT_EQ((*workers)[0].models.size(), 1u);
  EXPECT_TRUE((*workers)[0].last_seen_at.has_value());
  EXPECT_FALSE((*workers)[1].connected);
}

TEST_F(Access, ARevokedWorkerIsKeptOutAndLosesItsJobs) {
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, std::string(40, 'k'))));
  hello("gpu-1");
  const Job job = submit();
  sent<to_worker::Assign>("gpu-1");
  ASSERT_TRUE(await(process->backend.revoke_worker(by, WorkerId{"gpu-1"})));
  EXPECT_FALSE(port.allowed.count(WorkerId{"gpu-1"}));
  EXPECT_EQ(stored(job.id).state, JobState::kQueued);
  EXPECT_TRUE((*await(process->backend.workers()))[0].revoked);
  restart();
  EXPECT_FALSE(port.allowed.count(WorkerId{"gpu-1"}));
}

}  // namespace
}  // namespace musicfleet::backend
