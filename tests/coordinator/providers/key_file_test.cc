#include "coordinator/providers/key_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace musicfleet::providers {
namespace {

namespace fs = std::filesystem;

class KeyFileTest : public ::testing::Test {
 protected:
  fs::path write(const std::string& text, fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
    const fs::path file = folder / "key";
    std::ofstream(file, std::ios::trunc) << text;
    fs::permissions(file, mode);
    return file;
  }
  musicfleet::testing::TemporaryFolder folder;
};

TEST_F(KeyFileTest, HoldsOneKey) {
  EXPECT_EQ(read_key(write("sk_abc")).value(), "sk_abc");
  EXPECT_EQ(read_key(write("sk_abc \r\n\n")).value(), "sk_abc");
}

TEST_F(KeyFileTest, ThatOthersMayReadOrWriteIsRefused) {
  for (const fs::perms open : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write})
    EXPECT_EQ(read_key(write("sk_abc", fs::perms::owner_read | open)).error().code, ErrorCode::kForbidden);
}

TEST_F(KeyFileTest, WithoutAKeyIsCorruptAndNeverQuoted) {
  for (const char* text : {"", "\n", "sk_abc\nsk_def", "sk abc", "sk_\x01", "sk_\xC3\xA4"}) {
    const auto refused = read_key(write(text));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(refused.error().message.find("sk_"), std::string::npos);
  }
  EXPECT_FALSE(read_key(write(std::string(5'000, 'x'))));
}

TEST_F(KeyFileTest, ThatIsNotThereIsNamed) {
  const auto refused = read_key(folder / "none");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("none"), std::string::npos);
}

}  // namespace
}  // namespace musicfleet::providers
