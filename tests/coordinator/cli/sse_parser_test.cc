#include "coordinator/cli/sse_parser.h"

#include <gtest/gtest.h>

namespace musicfleet::cli {
namespace {

TEST(SseParser, AnEventIsItsNameAndItsData) {
  SseParser parser;
  EXPECT_FALSE(parser.take("event: progress"));
  EXPECT_FALSE(parser.take("data: {\"step\":1}"));
  const auto event = parser.take("");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, "progress");
  EXPECT_EQ(event->data, "{\"step\":1}");
}

TEST(SseParser, AnEventWithoutANameIsAMessage) {
  SseParser parser;
  parser.take("data:x");
  const auto event = parser.take("");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, "message");
  EXPECT_EQ(event->data, "x");
}

TEST(SseParser, LinesOfDataAreJoinedAndOnlyOneSpaceIsDropped) {
  SseParser parser;
  parser.take("data:  a");
  parser.take("data:b");
  parser.take("data");
  EXPECT_EQ(parser.take("")->data, " a\nb\n");
}

TEST(SseParser, CommentsAndUnknownFieldsAreNoEvent) {
  SseParser parser;
  parser.take(": nothing new");
  EXPECT_FALSE(parser.take(""));
  parser.take("id: 7");
  parser.take("retry: 1000");
  EXPECT_FALSE(parser.take(""));
}

TEST(SseParser, ANameWithoutDataIsForgottenAtTheBlankLine) {
  SseParser parser;
  parser.take("event: state");
  EXPECT_FALSE(parser.take(""));
  parser.take("data: x");
  EXPECT_EQ(parser.take("")->name, "message");
}

TEST(SseParser, AByteOrderMarkIsSkippedOnTheFirstLineOnly) {
  SseParser parser;
  parser.take(
      "\xEF\xBB\xBF"
      "data: a");
  EXPECT_EQ(parser.take("")->data, "a");
  parser.take(
      "\xEF\xBB\xBF"
      "data: a");
  EXPECT_FALSE(parser.take(""));
}

}  // namespace
}  // namespace musicfleet::cli
