#include "coordinator/webhooks/delivery_plan.h"

#include <gtest/gtest.h>

namespace musicfleet::webhooks {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{std::chrono::milliseconds(1'800'000'000'000)};
const WebhookId kA{"a"}, kB{"b"}, kC{"c"};

TEST(DeliveryPlan, GivesWhoeverHasBeenDueForLongest) {
  DeliveryPlan plan(9);
  plan.add(kA, kNow);
  plan.add(kB, kNow - 2s);
  plan.add(kC, kNow + 1s);
  EXPECT_EQ(plan.take(kNow), kB);
  EXPECT_EQ(plan.take(kNow), kA);
  EXPECT_EQ(plan.take(kNow), std::nullopt);
  EXPECT_EQ(plan.next_turn(), kNow + 1s);
  EXPECT_EQ(plan.take(kNow + 1s), kC);
}

TEST(DeliveryPlan, GivesAnEndpointOneMessageAtATime) {
  DeliveryPlan plan(9);
  plan.add(kA, kNow);
  EXPECT_EQ(plan.take(kNow), kA);
  plan.add(kA, kNow);
  EXPECT_EQ(plan.take(kNow), std::nullopt);
  EXPECT_EQ(plan.next_turn(), std::nullopt);
  plan.finish(kA, std::nullopt);
  EXPECT_EQ(plan.take(kNow), kA) << "what was added meanwhile is not forgotten";
  plan.finish(kA, kNow + 5s);
  EXPECT_EQ(plan.next_turn(), kNow + 5s);
}

TEST(DeliveryPlan, KeepsSoManyAtOnceAndNoMore) {
  DeliveryPlan plan(2);
  for (const WebhookId& id : {kA, kB, kC}) plan.add(id, kNow);
  EXPECT_EQ(plan.take(kNow), kA);
  EXPECT_EQ(plan.take(kNow), kB);
  EXPECT_EQ(plan.take(kNow), std::nullopt);
  EXPECT_EQ(plan.next_turn(), std::nullopt) << "only an end can change that";
  plan.finish(kB, std::nullopt);
  EXPECT_EQ(plan.take(kNow), kC);
  EXPECT_EQ(plan.busy(), 2u);
}

TEST(DeliveryPlan, LeavesAnEndpointAloneThatRests) {
  DeliveryPlan plan(9);
  plan.add(kA, kNow);
  plan.rest(kA, kNow + 30s);
  EXPECT_EQ(plan.take(kNow), std::nullopt);
  plan.add(kA, kNow);
  EXPECT_EQ(plan.next_turn(), kNow + 30s);
  plan.rest(kA, std::nullopt);
  EXPECT_EQ(plan.take(kNow), kA);
}

TEST(DeliveryPlan, AnEarlierMessageComesFirstWhateverIsAddedLater) {
  DeliveryPlan plan(9);
  plan.add(kA, kNow + 1s);
  plan.add(kA, kNow + 9s);
  EXPECT_EQ(plan.next_turn(), kNow + 1s);
}

TEST(DeliveryPlan, AForgottenEndpointIsNotHeardOfAgain) {
  DeliveryPlan plan(1);
  plan.add(kA, kNow);
  plan.add(kB, kNow + 1s);
  EXPECT_EQ(plan.take(kNow), kA);
  plan.forget(kA);
  plan.forget(kB);
  plan.forget(kC);
  plan.finish(kA, kNow);
  EXPECT_EQ(plan.busy(), 0u);
  EXPECT_EQ(plan.next_turn(), std::nullopt);
}

}  // namespace
}  // namespace musicfleet::webhooks
