#include "common/sha256.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

constexpr std::string_view kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, MatchesTheVectorsOfTheStandard) {
  EXPECT_EQ(to_hex(sha256("")), kEmpty);
  EXPECT_EQ(to_hex(sha256("abc")), kAbc);
}

TEST(Sha256, IsTheSameHoweverTheBytesArrive) {
  Sha256Hasher hasher;
  hasher.update("a");
  hasher.update("");
  hasher.update("bc");
  EXPECT_EQ(to_hex(hasher.finish()), kAbc);
}

TEST(Sha256, StartsAnewAfterFinish) {
  Sha256Hasher hasher;
  hasher.update("something else");
  hasher.finish();
  hasher.update("abc");
  EXPECT_EQ(to_hex(hasher.finish()), kAbc);
}

TEST(Sha256, ReadsItsOwnHexadecimalFormInEitherCase) {
  std::string upper(kAbc);
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(from_hex(kAbc), sha256("abc"));
  EXPECT_EQ(from_hex(upper), sha256("abc"));
}

TEST(Sha256, RefusesTextThatIsNotAHash) {
  EXPECT_FALSE(from_hex(""));
  EXPECT_FALSE(from_hex(kAbc.substr(1)));
  EXPECT_FALSE(from_hex(std::string(kAbc.substr(1)) + "g"));
}

TEST(ConstantTimeEqual, AgreesWithEquality) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("key", "key"));
  EXPECT_FALSE(constant_time_equal("key", "kez"));
  EXPECT_FALSE(constant_time_equal("key", "keys"));
  EXPECT_TRUE(constant_time_equal(sha256("a"), sha256("a")));
  EXPECT_FALSE(constant_time_equal(sha256("a"), sha256("b")));
}

}  // namespace
}  // namespace musicfleet
