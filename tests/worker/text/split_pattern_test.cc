#include "worker/text/split_pattern.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string_view> split(std::string_view pattern, std::string_view text) {
  std::vector<std::string_view> pieces;
  const auto done = SplitPattern::compile(pattern)->split(text, pieces);
  EXPECT_TRUE(done) << done.error().message;
  return pieces;
}

TEST(SplitPattern, KeepsMatchesAndGapsInOrder) {
  EXPECT_THAT(split(R"(\d)", "ab12c"), ElementsAre("ab", "1", "2", "c"));
  EXPECT_THAT(split(R"(\d)", "abc"), ElementsAre("abc"));
  EXPECT_THAT(split(R"(\d)", ""), IsEmpty());
}

TEST(SplitPattern, StepsOverEmptyMatchesByWholeCharacters) {
  EXPECT_THAT(split("x*", "äöx"), ElementsAre("ä", "ö", "x"));
}

TEST(SplitPattern, WhiteSpaceIsUnicodesWhiteSpace) {
  EXPECT_THAT(split(R"(\s+)", "a\u3000\u0085b"), ElementsAre("a", "\u3000\u0085", "b"));
  EXPECT_THAT(split(R"(\s+)", "a\u180eb"), ElementsAre("a\u180eb"));
}

TEST(SplitPattern, LooksAheadToTheEndOfTheText) {
  EXPECT_THAT(split(R"(\s+(?!\S)|\s+)", "a   b  "), ElementsAre("a", "  ", " ", "b", "  "));
}

TEST(SplitPattern, RefusesABadPattern) {
  const auto pattern = SplitPattern::compile("(a");
  ASSERT_FALSE(pattern);
  EXPECT_THAT(pattern.error().message, HasSubstr("bad regular expression"));
}

TEST(SplitPattern, ReportsAPatternThatBacktracksWithoutEnd) {
  std::vector<std::string_view> pieces;
  const std::string text(200, 'a');
  const auto done = SplitPattern::compile("(a|aa)+(?=b)")->split(text, pieces);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("fails on this text"));
}

}  // namespace
}  // namespace musicfleet
