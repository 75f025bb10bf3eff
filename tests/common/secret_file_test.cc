#include "common/secret_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace musicfleet {
namespace {

class SecretFile : public ::testing::Test {
 protected:
  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path, std::ios::binary) << text;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }

  testing::TemporaryFolder folder;
  std::filesystem::path path = folder / "secret";
};

TEST_F(SecretFile, IsReadWithoutTheWhiteSpaceAroundIt) {
  write(" mf_secret\r\n\n");
  EXPECT_EQ(read_secret_file(path).value(), "mf_secret");
  write("two words\n", 0400);
  EXPECT_EQ(read_secret_file(path).value(), "two words");
}

TEST_F(SecretFile, ThatOthersCouldReadOrWriteIsRefusedWithWhatMendsIt) {
  for (const mode_t mode : {0640u, 0620u, 0604u, 0602u, 0610u, 0601u}) {
    write("mf_secret", mode);
    const auto refused = read_secret_file(path);
    ASSERT_FALSE(refused) << std::oct << mode;
    EXPECT_EQ(refused.error().code, ErrorCode::kForbidden);
    EXPECT_NE(refused.error().message.find("chmod 600 " + path.string()), std::string::npos);
    EXPECT_EQ(refused.error().message.find("mf_secret"), std::string::npos);
  }
}

TEST_F(SecretFile, ThatHoldsNoneIsSaidToDoSo) {
  EXPECT_EQ(read_secret_file(path).error().code, ErrorCode::kInvalidArgument);
  write(" \n");
  EXPECT_NE(read_secret_file(path).error().message.find("is empty"), std::string::npos);
  write(std::string(65 * 1024, 'x'));
  EXPECT_NE(read_secret_file(path).error().message.find("too long"), std::string::npos);
  EXPECT_EQ(read_secret_file(folder.path()).error().code, ErrorCode::kForbidden);
}

TEST_F(SecretFile, MayBeAPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "mf_secret\n", 10), 10);
  ::close(ends[1]);
  EXPECT_EQ(read_secret_file(concat("/dev/fd/", ends[0])).value(), "mf_secret");
  ::close(ends[0]);
}

}  // namespace
}  // namespace musicfleet
