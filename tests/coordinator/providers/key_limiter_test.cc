#include "coordinator/providers/key_limiter.h"

#include <gtest/gtest.h>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;

class KeyLimiterTest : public ::testing::Test {
 protected:
  KeyLimiter key{2};
  SteadyTime now{1h};
};

TEST_F(KeyLimiterTest, HasRoomForSoManyAtOnce) {
  key.begin();
  EXPECT_TRUE(key.has_room(now));
  key.begin();
  EXPECT_FALSE(key.has_room(now));
  key.end();
  EXPECT_TRUE(key.has_room(now));
}

TEST_F(KeyLimiterTest, LearnsWhatTheVendorAllowsAndBelievesNoNonsense) {
  key.learn(5);
  EXPECT_EQ(key.at_once(), 5);
  key.learn(3);
  EXPECT_EQ(key.at_once(), 3);
  key.learn(0);
  key.learn(-7);
  EXPECT_EQ(key.at_once(), 3);
  key.learn(1'000'000);
  EXPECT_EQ(key.at_once(), KeyLimiter::kMostAtOnce);
}

TEST_F(KeyLimiterTest, TooManyMeansAsManyAsAreStillUnderWayAndARest) {
  key.learn(4);
  for (int i = 0; i < 3; ++i) key.begin();
  key.end();
  key.was_too_many(now, 10s);
  EXPECT_EQ(key.at_once(), 2);
  key.end();
  EXPECT_FALSE(key.has_room(now + 9'999ms));
  EXPECT_TRUE(key.has_room(now + 10s));
}

TEST_F(KeyLimiterTest, OneIsAlwaysTriedAndSlotsComeBackOneByOne) {
  key.learn(4);
  key.begin();
  key.end();
  key.was_too_many(now, 1s);
  EXPECT_EQ(key.at_once(), 1);
  EXPECT_EQ(key.too_many_in_a_row(), 1);
  for (const int expected : {2, 3, 4, 4}) {
    key.went_through();
    EXPECT_EQ(key.at_once(), expected);
  }
  EXPECT_EQ(key.too_many_in_a_row(), 0);
}

TEST_F(KeyLimiterTest, ARefusedKeyIsLeftAloneForAWhile) {
  key.refuse(now, 10min);
  EXPECT_TRUE(key.refused(now));
  EXPECT_FALSE(key.has_room(now + 5min));
  EXPECT_FALSE(key.refused(now + 10min));
  EXPECT_TRUE(key.has_room(now + 10min));
}

}  // namespace
}  // namespace musicfleet::providers
