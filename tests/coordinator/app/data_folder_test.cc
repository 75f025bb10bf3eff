#include "coordinator/data_folder.h"

#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

TEST(DataFolder, BelongsToOneProcessAtATime) {
  const testing::TemporaryFolder folder;
  {
    const auto first = DataFolder::open(folder / "data");
    ASSERT_TRUE(first);
    const auto second = DataFolder::open(folder / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  }
  EXPECT_TRUE(DataFolder::open(folder / "data"));
}

TEST(DataFolder, KeepsItsSecretsToItself) {
  const testing::TemporaryFolder folder;
  const auto data = DataFolder::open(folder / "data").value();
  const auto key = data.admin_key();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->rfind("mfa_", 0), 0u);
  EXPECT_EQ(data.admin_key().value(), *key) << "drawn once";
  EXPECT_EQ(fs::status(folder / "data").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder / "data/admin.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(folder / "data/admin.key") << "short\n";
  EXPECT_EQ(data.admin_key().error().code, ErrorCode::kCorrupt);
}

TEST(DataFolder, NeverReplacesAnAdminKeyThatItCannotUse) {
  const testing::TemporaryFolder folder;
  const auto data = DataFolder::open(folder / "data").value();
  const fs::path file = folder / "data/admin.key";
  std::ofstream(file).close();
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(data.admin_key().error().code, ErrorCode::kCorrupt) << "an empty file";
  EXPECT_EQ(fs::file_size(file), 0u);
  fs::remove(file);
  const std::string key = data.admin_key().value();
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(data.admin_key().error().code, ErrorCode::kForbidden) << "open to others";
  fs::permissions(file, fs::perms::owner_read);
  EXPECT_EQ(data.admin_key().value(), key);
  fs::remove(file);
  fs::create_directory(file);
  EXPECT_EQ(data.admin_key().error().code, ErrorCode::kForbidden) << "a folder";
}

TEST(DataFolder, SaysWhereItsProcessListensAndTakesItBack) {
  const testing::TemporaryFolder folder;
  const auto data = DataFolder::open(folder / "data").value();
  ASSERT_TRUE(data.announce({"http://a", "http://b", "tcp://c", "key"}));
  std::ifstream in(folder / "data/endpoints.json");
  const auto json = nlohmann::json::parse(in);
  EXPECT_EQ(json.at("http_url"), "http://a");
  EXPECT_EQ(json.at("admin_url"), "http://b");
  EXPECT_EQ(json.at("fleet_endpoint"), "tcp://c");
  EXPECT_EQ(json.at("fleet_public_key"), "key");
  data.withdraw();
  EXPECT_FALSE(fs::exists(folder / "data/endpoints.json"));
}

TEST(DataFolder, NeedsAPlaceWhereItMayWrite) {
  EXPECT_EQ(DataFolder::open("/proc/nowhere").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace musicfleet
