#include "coordinator/providers/circuit_breaker.h"

#include <gtest/gtest.h>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

const BreakerSettings kSettings{3, 2, {30s, 120s}};

class BreakerTest : public ::testing::Test {
 protected:
  CircuitBreaker breaker{kSettings, 1};
  SteadyTime now{1h};

  void fail_once() { breaker.failed(breaker.enter(now), now); }
  void open() {
    for (int i = 0; i < 3; ++i) fail_once();
  }
  void wait_until_half_open() { now = *breaker.opens_at(); }
};

TEST_F(BreakerTest, OpensAfterFailuresInARow) {
  fail_once();
  fail_once();
  breaker.succeeded(breaker.enter(now));
  fail_once();
  fail_once();
  EXPECT_EQ(breaker.state(now), State::kClosed);
  EXPECT_TRUE(breaker.admits(now));
  fail_once();
  EXPECT_EQ(breaker.state(now), State::kOpen);
  EXPECT_FALSE(breaker.admits(now));
}

TEST_F(BreakerTest, RestsBetweenHalfAndAllOfItsTime) {
  open();
  EXPECT_GE(*breaker.opens_at(), now + 15s);
  EXPECT_LE(*breaker.opens_at(), now + 30s);
}

TEST_F(BreakerTest, HalfOpenLetsOneProbeThroughAtATime) {
  open();
  wait_until_half_open();
  EXPECT_EQ(breaker.state(now), State::kHalfOpen);
  ASSERT_TRUE(breaker.admits(now));
  const auto probe = breaker.enter(now);
  EXPECT_FALSE(breaker.admits(now));
  breaker.succeeded(probe);
  EXPECT_TRUE(breaker.admits(now)) << "one more to be sure";
  EXPECT_EQ(breaker.state(now), State::kHalfOpen);
  breaker.succeeded(breaker.enter(now));
  EXPECT_EQ(breaker.state(now), State::kClosed);
}

TEST_F(BreakerTest, AProbeThatFailsOpensItForLonger) {
  open();
  wait_until_half_open();
  fail_once();
  EXPECT_EQ(breaker.state(now), State::kOpen);
  EXPECT_GE(*breaker.opens_at(), now + 30s) << "half of a minute at least";
  for (int i = 0; i < 20; ++i) {
    wait_until_half_open();
    fail_once();
  }
  EXPECT_LE(*breaker.opens_at(), now + 120s) << "but never beyond its longest rest";
}

TEST_F(BreakerTest, AfterItClosedItBeginsWithAShortRestAgain) {
  open();
  wait_until_half_open();
  fail_once();
  wait_until_half_open();
  breaker.succeeded(breaker.enter(now));
  breaker.succeeded(breaker.enter(now));
  ASSERT_EQ(breaker.state(now), State::kClosed);
  open();
  EXPECT_LE(*breaker.opens_at(), now + 30s);
}

TEST_F(BreakerTest, AProbeThatSaysNothingFreesItsPlace) {
  open();
  wait_until_half_open();
  const auto probe = breaker.enter(now);
  breaker.withdrawn(probe);
  EXPECT_EQ(breaker.state(now), State::kHalfOpen);
  EXPECT_TRUE(breaker.admits(now));
}

TEST_F(BreakerTest, WhatBeganBeforeItOpenedNeitherClosesNorProlongsIt) {
  const auto early = breaker.enter(now);
  const auto other = breaker.enter(now);
  open();
  const auto rest = *breaker.opens_at();
  breaker.failed(early, now);
  breaker.succeeded(other);
  EXPECT_EQ(*breaker.opens_at(), rest);
  wait_until_half_open();
  const auto probe = breaker.enter(now);
  breaker.withdrawn(early);
  EXPECT_FALSE(breaker.admits(now)) << "the probe is still under way";
  breaker.succeeded(probe);
}

}  // namespace
}  // namespace musicfleet::providers
