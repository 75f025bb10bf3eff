#include "coordinator/http/target.h"

#include <gtest/gtest.h>

namespace musicfleet::http {
namespace {

TEST(SplitTarget, SeparatesPathAndQuery) {
  EXPECT_EQ(split_target("/v1/jobs?limit=2")->path, "/v1/jobs");
  EXPECT_EQ(split_target("/v1/jobs?limit=2")->query, "limit=2");
  EXPECT_EQ(split_target("/")->query, "");
}

TEST(SplitTarget, DropsSchemeAndHostOfTheAbsoluteForm) {
  EXPECT_EQ(split_target("http://music.example/healthz?x")->path, "/healthz");
  EXPECT_EQ(split_target("https://music.example")->path, "/");
}

TEST(SplitTarget, RefusesOtherForms) {
  for (const char* target : {"", "*", "v1/jobs", "music.example:443", "ftp://x/y"})
    EXPECT_FALSE(split_target(target)) << target;
}

TEST(PercentDecode, DecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("%c3%bc"), "ü");
  for (const char* text : {"%", "%2", "%zz", "x%a"}) EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(ParseQuery, DecodesNamesAndValues) {
  const auto query = parse_query("a=1&b=x+y%26&c&&d=");
  ASSERT_TRUE(query);
  EXPECT_EQ(*find_field(*query, "a"), "1");
  EXPECT_EQ(*find_field(*query, "b"), "x y&");
  EXPECT_EQ(*find_field(*query, "c"), "");
  EXPECT_EQ(*find_field(*query, "d"), "");
  EXPECT_EQ(query->size(), 4u);
}

TEST(ParseQuery, KeepsWhatIsGivenTwiceForWhoeverKnowsTheParameters) {
  const auto query = parse_query("limit=1&limit=2");
  ASSERT_TRUE(query);
  ASSERT_EQ(query->size(), 2u);
  EXPECT_EQ((*query)[1].value, "2");
}

}  // namespace
}  // namespace musicfleet::http
