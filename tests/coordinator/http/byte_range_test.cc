#include "coordinator/http/byte_range.h"

#include <gtest/gtest.h>

namespace musicfleet::http {
namespace {

TEST(ParseRange, UnderstandsTheThreeFormsOfOneRange) {
  EXPECT_EQ(parse_range("bytes=0-99", 1000), RangeAnswer(ByteRange{0, 99}));
  EXPECT_EQ(parse_range("bytes=990-", 1000), RangeAnswer(ByteRange{990, 999}));
  EXPECT_EQ(parse_range("bytes=-10", 1000), RangeAnswer(ByteRange{990, 999}));
}

TEST(ParseRange, CutsARangeAtTheEnd) {
  EXPECT_EQ(parse_range("bytes=990-5000", 1000), RangeAnswer(ByteRange{990, 999}));
  EXPECT_EQ(parse_range("bytes=-5000", 1000), RangeAnswer(ByteRange{0, 999}));
  EXPECT_EQ(parse_range("bytes=5-99999999999999999999999", 1000), RangeAnswer(ByteRange{5, 999}));
}

TEST(ParseRange, KnowsARangeOutsideTheBody) {
  EXPECT_EQ(parse_range("bytes=1000-", 1000), RangeAnswer(UnsatisfiableRange{}));
  EXPECT_EQ(parse_range("bytes=99999999999999999999999-", 1000), RangeAnswer(UnsatisfiableRange{}));
  EXPECT_EQ(parse_range("bytes=-0", 1000), RangeAnswer(UnsatisfiableRange{}));
  EXPECT_EQ(parse_range("bytes=0-", 0), RangeAnswer(UnsatisfiableRange{}));
  EXPECT_EQ(parse_range("bytes=-1", 0), RangeAnswer(UnsatisfiableRange{}));
}

TEST(ParseRange, IgnoresWhatItDoesNotUnderstand) {
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,4-5",
                             "items=0-1", "bytes=+1-2", "bytes=0 -1", "bytes=0x1-2", "bytes=--1"})
    EXPECT_EQ(parse_range(header, 1000), RangeAnswer(WholeBody{})) << header;
}

}  // namespace
}  // namespace musicfleet::http
