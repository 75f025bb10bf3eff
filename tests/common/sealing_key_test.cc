#include "common/sealing_key.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

const SealingKey kKey("a key");

TEST(SealingKey, OpensWhatItSealed) {
  for (const std::string secret : {"", "s", "a longer secret, longer than one block of the cipher"})
    EXPECT_EQ(kKey.open(kKey.seal(secret, "here"), "here").value(), secret);
}

TEST(SealingKey, ShowsNothingOfTheSecretAndNeverTheSameTwice) {
  const std::string sealed = kKey.seal("hunter2", "here");
  EXPECT_EQ(sealed.find("hunter2"), std::string::npos);
  EXPECT_NE(kKey.seal("hunter2", "here"), sealed);
}

TEST(SealingKey, OpensNothingOfAnotherKeyOrPlaceAndNothingThatWasTouched) {
  std::string sealed = kKey.seal("hunter2", "here");
  EXPECT_EQ(SealingKey("another").open(sealed, "here").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(kKey.open(sealed, "there").error().code, ErrorCode::kCorrupt);
  sealed[5] = sealed[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(kKey.open(sealed, "here").error().code, ErrorCode::kCorrupt);
  for (const char* text : {"", "AAAA", "not base 64"})
    EXPECT_EQ(kKey.open(text, "here").error().code, ErrorCode::kCorrupt) << text;
}

}  // namespace
}  // namespace musicfleet
