#include "coordinator/cli/access.h"

#include "coordinator/cli/dev_file.h"
#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace musicfleet::cli {
namespace {

using ::musicfleet::testing::TemporaryFolder;

const DevFile kFleet{"http://127.0.0.1:8080", "mf_key", "http://127.0.0.1:8081", "admin_key"};

TEST(Access, AUrlIsUsedWithTheKeyInItsFile) {
  const TemporaryFolder folder;
  write_text(folder / "key", "  mf_secret\n");
  AccessOptions options;
  options.url = "https://music.example/";
  options.api_key_file = (folder / "key").string();
  const auto endpoint = public_endpoint(options);
  ASSERT_TRUE(endpoint) << endpoint.error().message;
  EXPECT_EQ(endpoint->url, "https://music.example");
  EXPECT_EQ(endpoint->key, "mf_secret");
}

TEST(Access, TheKeyOfDevJsonNeverGoesToAnotherUrl) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_dev_file(folder / "dev.json", kFleet));
  AccessOptions options;
  options.dev_folder = folder.path().string();
  options.url = "https://elsewhere.example";
  options.admin_url = "https://elsewhere.example";
  ASSERT_FALSE(public_endpoint(options));
  EXPECT_NE(public_endpoint(options).error().message.find("--api-key-file"), std::string::npos);
  ASSERT_FALSE(admin_endpoint(options));
  EXPECT_NE(admin_endpoint(options).error().message.find("--admin-key-file"), std::string::npos);
}

TEST(Access, DevJsonHoldsBothApisAndOnlyItsOwnerMayReadIt) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_dev_file(folder / "dev.json", kFleet));
  struct stat status {};
  ASSERT_EQ(::stat((folder / "dev.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  AccessOptions options;
  options.dev_folder = folder.path().string();
  EXPECT_EQ(public_endpoint(options)->key, "mf_key");
  EXPECT_EQ(admin_endpoint(options)->url, "http://127.0.0.1:8081");
  EXPECT_EQ(admin_endpoint(options)->key, "admin_key");
}

TEST(Access, AFileOfKeysThatOthersCanReadIsRefusedWithWhatMendsIt) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_dev_file(folder / "dev.json", kFleet));
  write_text(folder / "key", "mf_secret");
  AccessOptions by_folder, by_url;
  by_folder.dev_folder = folder.path().string();
  by_url.url = by_url.admin_url = "http://127.0.0.1:1";
  by_url.api_key_file = by_url.admin_key_file = (folder / "key").string();
  for (const AccessOptions& options : {by_folder, by_url}) {
    ASSERT_TRUE(public_endpoint(options));
    ASSERT_TRUE(admin_endpoint(options));
  }
  for (const char* name : {"dev.json", "key"}) ASSERT_EQ(::chmod((folder / name).c_str(), 0640), 0);
  for (const AccessOptions& options : {by_folder, by_url})
    for (const auto& refused : {public_endpoint(options), admin_endpoint(options)}) {
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::kForbidden);
      EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
    }
}

TEST(Access, OnTheCoordinatorsMachineItsDataFolderIsEnough) {
  const TemporaryFolder folder;
  write_text(folder / "endpoints.json",
             R"({"http_url":"http://127.0.0.1:1","admin_url":"http://127.0.0.1:2"})");
  write_text(folder / "admin.key", "admin_secret\n");
  AccessOptions options;
  options.data_folder = folder.path().string();
  const auto admin = admin_endpoint(options);
  ASSERT_TRUE(admin) << admin.error().message;
  EXPECT_EQ(admin->url, "http://127.0.0.1:2");
  EXPECT_EQ(admin->key, "admin_secret");
  EXPECT_NE(public_endpoint(options).error().message.find("--api-key-file"), std::string::npos);
}

TEST(Access, AFolderWhereNoCoordinatorRunsSaysSo) {
  const TemporaryFolder folder;
  AccessOptions options;
  options.data_folder = folder.path().string();
  const auto none = admin_endpoint(options);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(none.error().message.find("no coordinator runs on"), std::string::npos);
}

TEST(Access, WhatIsMissingIsNamed) {
  const TemporaryFolder folder;
  AccessOptions options;
  options.dev_folder = folder.path().string();
  EXPECT_NE(public_endpoint(options).error().message.find("dev.json"), std::string::npos);
  write_text(folder / "dev.json", "{\"url\":\"http://127.0.0.1:1\"}");
  EXPECT_NE(public_endpoint(options).error().message.find("musicfleet dev"), std::string::npos);
  write_text(folder / "key", " \n");
  options.url = "http://127.0.0.1:1";
  options.api_key_file = (folder / "key").string();
  EXPECT_NE(public_endpoint(options).error().message.find("is empty"), std::string::npos);
}

TEST(Access, APrivateFileReplacesAnOlderOneWhateverItsModeWas) {
  const TemporaryFolder folder;
  write_text(folder / "secret", "old");
  ASSERT_EQ(::chmod((folder / "secret").c_str(), 0644), 0);
  ASSERT_TRUE(write_private_file(folder / "secret", "new"));
  EXPECT_EQ(text_at(folder / "secret"), "new");
  struct stat status {};
  ASSERT_EQ(::stat((folder / "secret").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

}  // namespace
}  // namespace musicfleet::cli
