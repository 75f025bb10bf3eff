#include "coordinator/cli/dev/dev_access.h"
#include "coordinator/cli/dev/dev_coordinator.h"
#include "coordinator/cli/dev_file.h"
#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace musicfleet::cli {
namespace {

using ::musicfleet::testing::TemporaryFolder;
using ::testing::HasSubstr;

constexpr const char* kPublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";

std::filesystem::path script(const TemporaryFolder& folder, const std::string& name,
                             const std::string& text) {
  write_text(folder / name, "#!/bin/sh\n" + text);
  EXPECT_EQ(::chmod((folder / name).c_str(), 0700), 0);
  return folder / name;
}

TEST(DevFolderTest, BelongsToOneAtATime) {
  const TemporaryFolder folder;
  {
    const auto first = DevFolder::open(folder / "data");
    ASSERT_TRUE(first) << first.error().message;
    const auto second = DevFolder::open(folder / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  }
  EXPECT_TRUE(DevFolder::open(folder / "data"));
}

TEST(DevFolderTest, IsPrivate) {
  const TemporaryFolder folder;
  ASSERT_TRUE(DevFolder::open(folder / "deep" / "data"));
  struct stat status {};
  ASSERT_EQ(::stat((folder / "deep" / "data").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST(DevFolderTest, TheModelIsMadeOnceAndNeverByHalves) {
  const TemporaryFolder folder;
  const auto data = DevFolder::open(folder / "data");
  const auto failing = script(folder, "failing", "mkdir \"$2\"; exit 1");
  EXPECT_FALSE(data->make_model(failing));
  EXPECT_FALSE(std::filesystem::exists(data->model()));
  const auto good = script(folder, "good", "mkdir \"$2\" && echo made >> \"$0.log\"");
  ASSERT_TRUE(data->make_model(good));
  ASSERT_TRUE(data->make_model(good));
  EXPECT_TRUE(std::filesystem::exists(data->model()));
  EXPECT_EQ(text_at(folder / "good.log"), "made\n");
}

TEST(DevFolderTest, AWorkersKeyIsMadeOnceAndAgainOnlyAfterACutOffStart) {
  const TemporaryFolder folder;
  const auto data = DevFolder::open(folder / "data");
  const auto keygen =
      script(folder, "keygen", "[ -e \"$2\" ] && exit 1; echo secret > \"$2\"; echo public-$$");
  const auto key = data->make_worker("worker-1", keygen);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_THAT(*key, HasSubstr("public-"));
  EXPECT_EQ(data->make_worker("worker-1", keygen).value(), *key);
  std::filesystem::remove(data->worker("worker-1") / "worker.pub");
  EXPECT_NE(data->make_worker("worker-1", keygen).value(), *key);
}

TEST(DevCoordinatorTest, StartsOnAnyPortAndKeepsTheOnesItGot) {
  const TemporaryFolder folder;
  const auto data = DevFolder::open(folder / "data");
  std::filesystem::create_directory(data->coordinator());
  const auto program = script(folder, "coordinator",
                              R"(cp "$2" "$0.seen"
cat > ')" + data->endpoints_file().string() +
                                  R"(.new' <<END
{"http_url":"http://127.0.0.1:4001","admin_url":"http://127.0.0.1:4002","fleet_endpoint":"tcp://127.0.0.1:4003","fleet_public_key":"k"}
END
mv ')" + data->endpoints_file().string() +
                                  R"(.new' ')" + data->endpoints_file().string() + "'\nexec sleep 1000\n");
  const SystemClock clock;
  DevCoordinator coordinator(*data, program, clock);
  const auto endpoints = coordinator.start("127.0.0.1:0", {});
  ASSERT_TRUE(endpoints) << endpoints.error().message;
  EXPECT_EQ(endpoints->http_url, "http://127.0.0.1:4001");
  EXPECT_THAT(text_at(folder / "coordinator.seen"), HasSubstr("[fleet]\nlisten = \"127.0.0.1:0\""));
  const std::string kept = text_at(data->coordinator_config());
  EXPECT_THAT(kept, HasSubstr("[http]\nlisten = \"127.0.0.1:4001\""));
  EXPECT_THAT(kept, HasSubstr("[admin]\nlisten = \"127.0.0.1:4002\""));
  EXPECT_THAT(kept, HasSubstr("[fleet]\nlisten = \"127.0.0.1:4003\""));
}

TEST(DevCoordinatorTest, OneThatDiesAtItsStartSaysWhy) {
  const TemporaryFolder folder;
  const auto data = DevFolder::open(folder / "data");
  const SystemClock clock;
  DevCoordinator coordinator(*data, script(folder, "coordinator", "echo address in use; exit 1"), clock);
  const auto endpoints = coordinator.start("127.0.0.1:80", {});
  ASSERT_FALSE(endpoints);
  EXPECT_THAT(endpoints.error().message, HasSubstr("address in use"));
}

class DevAccess : public CliFixture {};

TEST_F(DevAccess, LettingAWorkerInAgainChangesNothing) {
  ApiClient admin({admin_url(""), http::kAdminKey});
  ASSERT_TRUE(let_in(admin, "worker-1", kPublicKey));
  ASSERT_TRUE(let_in(admin, "worker-1", kPublicKey));
  EXPECT_EQ(backend_.worker_list.size(), 1u);
  const std::string other(kPublicKey + 1);
  EXPECT_EQ(let_in(admin, "worker-1", other + "a").error().code, ErrorCode::kConflict);
  on_loop([&] { backend_.worker_list[0].revoked = true; });
  EXPECT_EQ(let_in(admin, "worker-1", kPublicKey).error().code, ErrorCode::kConflict);
}

TEST_F(DevAccess, AKeyThatIsStillGoodIsKeptAndABadOneReplaced) {
  const auto data = DevFolder::open(folder_ / "data");
  ApiClient admin({admin_url(""), http::kAdminKey});
  EXPECT_EQ(working_api_key(admin, url(""), *data).value(), "mf_secret");
  EXPECT_EQ(text_at(data->api_key_file()), "mf_secret\n");
  EXPECT_EQ(keys_.list.size(), 1u);
  write_text(data->api_key_file(), http::kGoodKey);
  EXPECT_EQ(working_api_key(admin, url(""), *data).value(), http::kGoodKey);
  EXPECT_EQ(keys_.list.size(), 1u);
  write_text(data->api_key_file(), "revoked");
  EXPECT_EQ(working_api_key(admin, url(""), *data).value(), "mf_secret");
  EXPECT_EQ(keys_.list.size(), 2u);
}

TEST_F(DevAccess, WorkersAreConnectedOnceEveryOneHasAModel) {
  ApiClient admin({admin_url(""), http::kAdminKey});
  ASSERT_TRUE(let_in(admin, "worker-1", kPublicKey));
  EXPECT_FALSE(are_connected(admin, {"worker-1"}).value());
  on_loop([&] {
    backend_.worker_list[0].connected = true;
    backend_.worker_list[0].models = {{"tiny", "ace_v15", "turbo"}};
  });
  EXPECT_TRUE(are_connected(admin, {"worker-1"}).value());
  EXPECT_FALSE(are_connected(admin, {"worker-1", "worker-2"}).value());
}

}  // namespace
}  // namespace musicfleet::cli
