#include "common/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace musicfleet {
namespace {

TEST(Random, TokensAreOfTheGivenLengthAndNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 200; ++i) tokens.insert(random_token(43));
  EXPECT_EQ(tokens.size(), 200u);
  std::set<char> letters;
  for (const std::string& token : tokens) {
    EXPECT_EQ(token.size(), 43u);
    EXPECT_TRUE(std::all_of(token.begin(), token.end(), [](unsigned char c) { return std::isalnum(c); }));
    letters.insert(token.begin(), token.end());
  }
  EXPECT_EQ(letters.size(), 62u);
  EXPECT_NE(random_u64(), random_u64());
}

}  // namespace
}  // namespace musicfleet
