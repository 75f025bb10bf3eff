#include "worker/text/regex_dialect.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;

TEST(RegexDialect, LeavesWhatBothDialectsShare) {
  for (const std::string_view pattern :
       {R"((?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+)", R"([]a]\\s)", R"([^]a])", "a&&b"})
    EXPECT_EQ(*pcre2_pattern_of(pattern), pattern);
}

TEST(RegexDialect, SpellsWhiteSpaceOut) {
  EXPECT_THAT(*pcre2_pattern_of(R"(\s+)"), ::testing::StartsWith("[\\x09-\\x0d"));
  EXPECT_THAT(*pcre2_pattern_of(R"(\S)"), ::testing::StartsWith("[^\\x09-\\x0d"));
  EXPECT_THAT(*pcre2_pattern_of(R"([^\s\p{L}]+)"), ::testing::StartsWith("[^\\x09-\\x0d"));
}

TEST(RegexDialect, RefusesWhatPcre2WouldReadDifferently) {
  EXPECT_THAT(pcre2_pattern_of(R"(a[\S])").error().message, HasSubstr("at offset 2"));
  EXPECT_THAT(pcre2_pattern_of(R"([a[bc]])").error().message, HasSubstr("inside a character class"));
  EXPECT_THAT(pcre2_pattern_of(R"([a-z&&b])").error().message, HasSubstr("intersection"));
  EXPECT_THAT(pcre2_pattern_of(R"(\h)").error().message, HasSubstr("hexadecimal"));
}

}  // namespace
}  // namespace musicfleet
