#include "coordinator/providers/vendor_queue.h"

#include <gtest/gtest.h>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;

Outcome bought(Milliseconds took = 60s) { return {{Bought::kBought, Trouble::kNone}, {}, 0, took}; }
Outcome failed(Bought what, Trouble trouble, std::optional<Milliseconds> retry_after = {}) {
  return {{what, trouble}, retry_after, 0, 1s};
}

class VendorQueueTest : public ::testing::Test {
 protected:
  QueueSettings settings;
  SteadyTime now{1h};

  VendorQueue queue(std::size_t keys = 1) { return VendorQueue(settings, keys, 1); }
  bool add(VendorQueue& to, OrderNumber order, Milliseconds begin_by = 1h) {
    return to.add(order, now + begin_by);
  }
  // The numbers of all orders that may leave now.
  std::vector<OrderNumber> take(VendorQueue& from) {
    std::vector<OrderNumber> taken;
    while (const auto start = from.take(now)) taken.push_back(start->order);
    return taken;
  }
};

using Numbers = std::vector<OrderNumber>;

TEST_F(VendorQueueTest, OneKeyTakesTwoAtATimeInTheOrderOfArrival) {
  VendorQueue one = queue();
  for (OrderNumber order = 1; order <= 4; ++order) add(one, order);
  EXPECT_EQ(take(one), (Numbers{1, 2}));
  EXPECT_FALSE(one.finish(2, bought(), now));
  EXPECT_EQ(take(one), Numbers{3});
}

TEST_F(VendorQueueTest, TheHeaderOfTheVendorOpensMoreSlots) {
  VendorQueue one = queue();
  for (OrderNumber order = 1; order <= 9; ++order) add(one, order);
  EXPECT_EQ(take(one).size(), 2u);
  Outcome told = bought();
  told.most_at_once = 5;
  one.finish(1, told, now);
  EXPECT_EQ(take(one).size(), 4u);
}

TEST_F(VendorQueueTest, SeveralKeysShareTheWork) {
  VendorQueue two = queue(2);
  for (OrderNumber order = 1; order <= 5; ++order) add(two, order);
  std::vector<std::size_t> keys;
  while (const auto start = two.take(now)) keys.push_back(start->key);
  EXPECT_EQ(keys, (std::vector<std::size_t>{0, 1, 0, 1}));
}

TEST_F(VendorQueueTest, TooManyMakesTheKeyRestForAsLongAsItIsToldAndTheOrderWaits) {
  VendorQueue one = queue();
  add(one, 1);
  take(one);
  EXPECT_TRUE(one.finish(1, failed(Bought::kNotBought, Trouble::kBusy, 7s), now));
  EXPECT_TRUE(take(one).empty());
  EXPECT_EQ(one.next_turn(now), now + 7s);
  now += 7s;
  EXPECT_EQ(take(one), Numbers{1});
}

TEST_F(VendorQueueTest, WithoutRetryAfterItWaitsLongerEachTime) {
  VendorQueue one = queue();
  add(one, 1);
  Milliseconds waited{0};
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(take(one), Numbers{1});
    ASSERT_TRUE(one.finish(1, failed(Bought::kNotBought, Trouble::kBusy), now)) << "busy is no failed try";
    waited = *one.next_turn(now) - now;
    now += waited;
  }
  EXPECT_GE(waited, 15s);
  EXPECT_LE(waited, settings.retry.longest);
}

TEST_F(VendorQueueTest, ARetryAfterOfAYearIsNotBelieved) {
  VendorQueue one = queue();
  add(one, 1);
  take(one);
  one.finish(1, failed(Bought::kNotBought, Trouble::kBusy, 24h * 365), now);
  EXPECT_EQ(one.next_turn(now), now + settings.longest_rest);
}

TEST_F(VendorQueueTest, OnlyWhatIsCertainlyNotBoughtIsTriedAgain) {
  for (const Trouble trouble :
       {Trouble::kNone, Trouble::kRequest, Trouble::kKey, Trouble::kBusy, Trouble::kServer, Trouble::kOurs})
    for (const Bought what : {Bought::kBought, Bought::kUnknown}) {
      VendorQueue one = queue(2);
      add(one, 1);
      take(one);
      EXPECT_FALSE(one.finish(1, failed(what, trouble), now)) << name_of(what) << name_of(trouble);
      now += 24h;
      EXPECT_TRUE(take(one).empty());
    }
}

TEST_F(VendorQueueTest, AServerThatIsNotThereIsTriedSoManyTimesWithPausesBetween) {
  settings.breaker.failures = 100;
  VendorQueue one = queue();
  add(one, 1);
  for (int attempt = 1; attempt < settings.most_tries; ++attempt) {
    ASSERT_EQ(take(one), Numbers{1});
    ASSERT_TRUE(one.finish(1, failed(Bought::kNotBought, Trouble::kServer), now));
    EXPECT_TRUE(take(one).empty()) << "not at once";
    now = *one.next_turn(now);
  }
  ASSERT_EQ(take(one), Numbers{1});
  EXPECT_FALSE(one.finish(1, failed(Bought::kNotBought, Trouble::kServer), now));
}

TEST_F(VendorQueueTest, ARequestThatTheVendorDoesNotMakeIsNotRepeatedAndNoFailureOfIt) {
  VendorQueue one = queue();
  for (OrderNumber order = 1; order <= 20; ++order) {
    add(one, order);
    take(one);
    EXPECT_FALSE(one.finish(order, failed(Bought::kNotBought, Trouble::kRequest), now));
  }
  EXPECT_EQ(one.state(now).breaker, CircuitBreaker::State::kClosed);
}

TEST_F(VendorQueueTest, ARefusedKeyHandsItsOrderToAnother) {
  VendorQueue two = queue(2);
  add(two, 1);
  ASSERT_EQ(two.take(now)->key, 0u);
  EXPECT_TRUE(two.finish(1, failed(Bought::kNotBought, Trouble::kKey), now));
  ASSERT_EQ(two.take(now)->key, 1u);
  EXPECT_FALSE(two.finish(1, failed(Bought::kNotBought, Trouble::kKey), now)) << "there is no third one";
  EXPECT_EQ(two.state(now).keys, 0);
  EXPECT_FALSE(two.state(now).usable());
  EXPECT_EQ(two.state(now).again, settings.refused_key_rest);
  EXPECT_EQ(two.state(now + settings.refused_key_rest).keys, 2) << "somebody may have paid meanwhile";
}

TEST_F(VendorQueueTest, TheBreakerHoldsOrdersBackAndProbesWithOne) {
  settings.breaker.failures = 2;
  VendorQueue one = queue();
  for (OrderNumber order = 1; order <= 4; ++order) add(one, order);
  for (const OrderNumber order : take(one))
    one.finish(order, failed(Bought::kUnknown, Trouble::kServer), now);
  EXPECT_EQ(one.state(now).breaker, CircuitBreaker::State::kOpen);
  EXPECT_FALSE(one.state(now).usable());
  const auto again = one.state(now).again;
  EXPECT_TRUE(again && *again >= 15s && *again <= 30s) << "a rest of 30 s, less up to half by jitter";
  EXPECT_TRUE(take(one).empty());
  now = *one.next_turn(now);
  EXPECT_EQ(take(one), Numbers{3}) << "one probe";
  one.finish(3, bought(), now);
  EXPECT_EQ(take(one), Numbers{4});
  one.finish(4, bought(), now);
  EXPECT_EQ(one.state(now).breaker, CircuitBreaker::State::kClosed);
}

TEST_F(VendorQueueTest, AFaultOfOursIsNoFailureOfTheVendor) {
  settings.breaker.failures = 1;
  VendorQueue one = queue();
  add(one, 1);
  take(one);
  one.finish(1, failed(Bought::kUnknown, Trouble::kOurs), now);
  EXPECT_EQ(one.state(now).breaker, CircuitBreaker::State::kClosed);
}

TEST_F(VendorQueueTest, WhatCouldNotBeginInTimeIsGivenUp) {
  VendorQueue one = queue();
  for (OrderNumber order = 1; order <= 4; ++order) add(one, order, order == 3 ? 5s : 1h);
  take(one);
  EXPECT_TRUE(one.give_up(now + 4'999ms).empty());
  EXPECT_EQ(one.next_turn(now), now + 5s);
  now += 5s;
  EXPECT_EQ(one.give_up(now), Numbers{3});
  one.finish(1, bought(), now);
  EXPECT_EQ(take(one), Numbers{4});
}

TEST_F(VendorQueueTest, AnOrderThatWaitsCanBeTakenBackAndOneThatLeftCannot) {
  VendorQueue one = queue();
  for (OrderNumber order = 1; order <= 3; ++order) add(one, order);
  take(one);
  EXPECT_FALSE(one.withdraw(1));
  EXPECT_TRUE(one.withdraw(3));
  EXPECT_FALSE(one.withdraw(3));
  EXPECT_EQ(one.state(now).waiting, 0);
}

TEST_F(VendorQueueTest, WhatIsTakenBackWhileItIsUnderWayIsNotTriedAgain) {
  for (const Trouble trouble : {Trouble::kKey, Trouble::kBusy, Trouble::kServer}) {
    VendorQueue two = queue(2);
    add(two, 1);
    take(two);
    EXPECT_FALSE(two.withdraw(1));
    EXPECT_FALSE(two.finish(1, failed(Bought::kNotBought, trouble), now)) << name_of(trouble);
    EXPECT_EQ(two.state(now).waiting, 0);
  }
}

TEST_F(VendorQueueTest, TheQueueIsBounded) {
  settings.most_waiting = 2;
  VendorQueue one = queue();
  EXPECT_TRUE(add(one, 1));
  EXPECT_TRUE(add(one, 2));
  EXPECT_FALSE(add(one, 3));
  EXPECT_TRUE(one.state(now).full);
  take(one);
  EXPECT_TRUE(add(one, 3));
}

TEST_F(VendorQueueTest, PredictsByRoundsOfItsTypicalSong) {
  VendorQueue one = queue();
  EXPECT_EQ(one.state(now).predicted, 60s);
  for (OrderNumber order = 1; order <= 5; ++order) add(one, order);
  take(one);
  EXPECT_EQ(one.state(now).predicted, 3 * 60s) << "two rounds of two before it";
  one.finish(1, bought(20s), now);
  EXPECT_EQ(one.state(now).typical_song, 55s);
}

}  // namespace
}  // namespace musicfleet::providers
