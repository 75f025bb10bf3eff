#include "common/zmq/curve_key_pair.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace musicfleet::zmq {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(CurveKeyPair, EveryPairIsAnother) {
  const CurveKeyPair a = generate_key_pair(), b = generate_key_pair();
  EXPECT_TRUE(is_curve_key(a.public_key));
  EXPECT_TRUE(is_curve_key(a.secret_key));
  EXPECT_NE(a.secret_key, b.secret_key);
  EXPECT_NE(a.public_key, b.public_key);
}

TEST(CurveKeyPair, APublicKeyIsNeverTakenForAnOption) {
  // One key in 85 would begin with '-'.
  for (int i = 0; i < 1'000; ++i) ASSERT_NE(generate_key_pair().public_key.front(), '-');
}

TEST(CurveKeyPair, OnlyFortyCharactersOfZ85AreAKey) {
  EXPECT_FALSE(is_curve_key(""));
  EXPECT_FALSE(is_curve_key(std::string(39, 'a')));
  EXPECT_FALSE(is_curve_key(std::string(41, 'a')));
  EXPECT_FALSE(is_curve_key(std::string(39, 'a') + " "));
  EXPECT_FALSE(is_curve_key(std::string(39, 'a') + "\""));
  EXPECT_FALSE(is_curve_key(std::string(40, '\0')));
}

TEST(CurveKeyPair, AKeyFileIsReadBackAndOnlyItsOwnerMayReadIt) {
  const testing::TemporaryFolder folder;
  const CurveKeyPair keys = generate_key_pair();
  ASSERT_TRUE(write_key_file(folder / "key", keys));
  struct stat status {};
  ASSERT_EQ(::stat((folder / "key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto back = read_key_file(folder / "key");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->secret_key, keys.secret_key);
  EXPECT_EQ(back->public_key, keys.public_key);
}

TEST(CurveKeyPair, AKeyFileIsNeverOverwritten) {
  const testing::TemporaryFolder folder;
  ASSERT_TRUE(write_key_file(folder / "key", generate_key_pair()));
  const std::string before = text_of(folder / "key");
  const auto again = write_key_file(folder / "key", generate_key_pair());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(text_of(folder / "key"), before);
}

TEST(CurveKeyPair, AKeyFileThatOthersCanReadIsRefused) {
  const testing::TemporaryFolder folder;
  ASSERT_TRUE(write_key_file(folder / "key", generate_key_pair()));
  for (const unsigned mode : {0640u, 0604u, 0620u, 0644u, 0666u}) {
    ASSERT_EQ(::chmod((folder / "key").c_str(), mode), 0);
    const auto keys = read_key_file(folder / "key");
    ASSERT_FALSE(keys) << std::oct << mode;
    EXPECT_EQ(keys.error().code, ErrorCode::kForbidden);
    EXPECT_THAT(keys.error().message, HasSubstr("chmod 600"));
  }
  ASSERT_EQ(::chmod((folder / "key").c_str(), 0400), 0);
  EXPECT_TRUE(read_key_file(folder / "key"));
}

TEST(CurveKeyPair, WhatIsNotOneKeyIsRefusedWithoutShowingIt) {
  const testing::TemporaryFolder folder;
  const std::string key = generate_key_pair().secret_key;
  for (const std::string& bad : {std::string(), std::string("hello\n"), key + "\n" + key + "\n", key + "x",
                                 key.substr(1), std::string(5'000, 'a')}) {
    write(folder / "key", bad);
    const auto keys = read_key_file(folder / "key");
    ASSERT_FALSE(keys) << bad.size();
    EXPECT_EQ(keys.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(keys.error().message, Not(HasSubstr(key.substr(1, 20))));
  }
  EXPECT_EQ(read_key_file(folder / "nothing").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_key_file(folder.path()).error().code, ErrorCode::kForbidden);
}

TEST(CurveKeyPair, APublicKeyIsGivenItselfOrAsAFile) {
  const testing::TemporaryFolder folder;
  const CurveKeyPair keys = generate_key_pair();
  EXPECT_EQ(read_public_key(keys.public_key), keys.public_key);
  write(folder / "server.pub", "# the coordinator\n\n" + keys.public_key + "\r\n");
  EXPECT_EQ(read_public_key((folder / "server.pub").string()), keys.public_key);
  EXPECT_EQ(read_public_key("no such file").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace musicfleet::zmq
