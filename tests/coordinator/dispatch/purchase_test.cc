// A purchase from its decision to its end.
#include "tests/coordinator/dispatch/shop.h"

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

using Purchase = Shop;

TEST_F(Purchase, OfAJobThatNoWorkerCanMakeIsDecidedAndOrdered) {
  open();
  const JobId job = scene.submit("a");
  EXPECT_TRUE(is_bought(job));
  EXPECT_EQ(scene.job(job).epoch, 1u);
  EXPECT_EQ(scene.job(job).attempts, 1);
  ASSERT_EQ(scene.intents.size(), 1u);
  EXPECT_EQ(scene.intents[0].lease, scene.lease(job));
  EXPECT_EQ(scene.intents[0].price.value, 450'000);
  EXPECT_EQ(scene.intents[0].price_note, "a row");
  EXPECT_EQ(scene.intents[0].model, "music_v1");
  EXPECT_EQ(scene.intents[0].purpose, PurchasePurpose::kDelivery);
  ASSERT_EQ(scene.orders.size(), 1u);
  EXPECT_EQ(scene.orders[0].intent.lease, scene.lease(job));
  EXPECT_EQ(scene.orders[0].job.id, job);
  EXPECT_NE(told("leased").find("\"reason\":\"no_able_worker\""), std::string::npos) << told("leased");
  EXPECT_NE(told("leased").find("\"price_micros\":450000"), std::string::npos);
}

TEST_F(Purchase, ThatIsBoughtIsDeliveredAndSoldOnce) {
  open();
  const JobId job = scene.submit("a");
  bought(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kSucceeded);
  EXPECT_EQ(scene.job(job).audio->object, "bought.mp3");
  ASSERT_EQ(scene.purchase_ends.size(), 1u);
  EXPECT_EQ(scene.purchase_ends[0].state, PurchaseState::kBought);
  EXPECT_EQ(scene.purchase_ends[0].object, "") << "the job has it";
  ASSERT_EQ(scene.ledger.size(), 1u) << "the charge is the store's to write";
  EXPECT_EQ(scene.ledger[0].kind, EntryKind::kSale);
  EXPECT_EQ(scene.ledger[0].amount.value, 2'990'000);
  EXPECT_EQ(scene.ledger[0].provider, "elevenlabs");
  bought(scene.lease(job), "again.mp3");
  ASSERT_EQ(scene.discarded.size(), 1u) << "it has ended";
  EXPECT_EQ(scene.discarded[0].object, "again.mp3");
  EXPECT_EQ(scene.ledger.size(), 1u);
}

TEST_F(Purchase, IsOpenFromItsDecisionToItsEnd) {
  const JobId job = scene.submit("a");
  EXPECT_FALSE(scene.dispatcher->has_open_purchase(job));
  open();
  EXPECT_TRUE(scene.dispatcher->has_open_purchase(job));
  EXPECT_FALSE(scene.dispatcher->has_open_purchase(JobId{"another"}));
  unknown(scene.lease(job));
  EXPECT_FALSE(scene.dispatcher->has_open_purchase(job));
  EXPECT_TRUE(scene.dispatcher->has_unknown_purchase(job));
}

TEST_F(Purchase, ThatCameToNothingIsNoAttemptAndIsMadeAgainAfterARest) {
  open();
  const JobId job = scene.submit("a");
  not_bought(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.job(job).attempts, 0);
  EXPECT_EQ(scene.orders.size(), 1u) << "not at once";
  scene.pass(scene.settings.retry.longest);
  EXPECT_EQ(scene.orders.size(), 2u);
  EXPECT_EQ(scene.job(job).epoch, 2u);
}

TEST_F(Purchase, ThatCameToNothingLeavesTheJobToAWorkerThatCanMakeItByThen) {
  open();
  const JobId job = scene.submit("a");
  scene.hello("w");
  EXPECT_TRUE(is_bought(job));
  not_bought(scene.lease(job));
  EXPECT_TRUE(is_with_worker(job));
}

TEST_F(Purchase, OfWhatElevenLabsNeverMakesIsTriedOnce) {
  open();
  const JobId job = scene.submit("a");
  not_bought(scene.lease(job), /*job_cannot=*/true);
  scene.pass(10min);
  EXPECT_EQ(scene.orders.size(), 1u);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued) << "a worker may come";
}

TEST_F(Purchase, WithAnUnknownOutcomeIsNotMadeAgain) {
  open();
  const JobId job = scene.submit("a");
  unknown(scene.lease(job));
  ASSERT_EQ(scene.purchase_ends.size(), 1u);
  EXPECT_EQ(scene.purchase_ends[0].state, PurchaseState::kUnknown);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.job(job).attempts, 1);
  scene.pass(10min);
  EXPECT_EQ(scene.orders.size(), 1u);
  EXPECT_NE(told("routed").find("\"purchase_unknown\":true"), std::string::npos) << told("routed");
  scene.hello("w");
  EXPECT_TRUE(is_with_worker(job)) << "our own work costs nothing twice";
}

TEST_F(Purchase, WithAnUnknownOutcomeIsMadeAgainWhereTheTenantWantsIt) {
  policy(RoutingPolicy::kFleetFirst, /*buys_again=*/true);
  open();
  const JobId job = scene.submit("a");
  unknown(scene.lease(job));
  scene.pass(scene.settings.retry.longest);
  EXPECT_EQ(scene.orders.size(), 2u);
}

TEST_F(Purchase, WithAnUnknownOutcomeIsMadeAgainOnceAnOperatorHasSettledIt) {
  open();
  const JobId job = scene.submit("a");
  const Lease lease = scene.lease(job);
  unknown(lease);
  scene.pass(10min);
  ASSERT_EQ(scene.orders.size(), 1u);
  scene.apply(PurchaseSettled{lease});
  EXPECT_EQ(scene.orders.size(), 2u);
}

TEST_F(Purchase, OfWhichOneIsSettledMayHaveAnotherThatIsNot) {
  policy(RoutingPolicy::kFleetFirst, /*buys_again=*/true);
  open();
  const JobId job = scene.submit("a");
  const Lease first = scene.lease(job);
  unknown(first);
  const Lease second = scene.lease(job);
  ASSERT_NE(second, first);
  policy(RoutingPolicy::kFleetFirst, /*buys_again=*/false);
  unknown(second);
  scene.apply(PurchaseSettled{first});
  scene.pass(10min);
  EXPECT_EQ(scene.orders.size(), 2u) << "the second may have been paid for";
  scene.apply(PurchaseSettled{second});
  EXPECT_EQ(scene.orders.size(), 3u);
}

TEST_F(Purchase, WithoutItsSongIsUnknown) {
  open();
  const JobId job = scene.submit("a");
  scene.apply(ended(scene.lease(job), PurchaseState::kBought));
  EXPECT_EQ(scene.purchase_ends[0].state, PurchaseState::kUnknown);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
}

TEST_F(Purchase, ThatIsCancelledIsTakenBackIfItHasNotLeft) {
  open();
  const JobId job = scene.submit("a");
  scene.apply(CancelRequested{job});
  ASSERT_EQ(scene.withdrawn.size(), 1u);
  EXPECT_EQ(scene.withdrawn[0], scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kLeased) << "what has left is waited for";
  EXPECT_TRUE(scene.sent<to_worker::Cancel>("elevenlabs").empty());
  not_bought(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
}

TEST_F(Purchase, ThatWasPaidForBeforeItsCancellationIsKeptAndNotSold) {
  open();
  const JobId job = scene.submit("a");
  scene.apply(CancelRequested{job});
  bought(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kCancelled);
  EXPECT_EQ(scene.purchase_ends[0].state, PurchaseState::kBought);
  EXPECT_EQ(scene.purchase_ends[0].object, "bought.mp3");
  EXPECT_TRUE(scene.discarded.empty());
  EXPECT_TRUE(scene.ledger.empty());
}

TEST_F(Purchase, ThatIsLateIsWaitedFor) {
  open();
  const JobId job = scene.submit("a", 0, {}, 2min);
  ASSERT_TRUE(is_bought(job));
  EXPECT_EQ(scene.orders[0].begin_by, scene.now.steady + 2min - kVendorTakes);
  scene.pass(30min);
  EXPECT_TRUE(is_bought(job))
      << "no heartbeat is missed, nothing is hung, a late song is worth more than none";
  bought(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kSucceeded);
}

TEST_F(Purchase, IsUnknownAfterARestart) {
  open();
  const JobId job = scene.submit("a");
  const Lease lease = scene.lease(job);
  scene.restart();
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  ASSERT_EQ(scene.attempts_ended.size(), 1u);
  EXPECT_EQ(scene.attempts_ended[0].outcome, AttemptOutcome::kFailed);
  EXPECT_EQ(scene.unknown_purchases, std::set{lease}) << "written by the store before";
  open();
  scene.pass(10min);
  EXPECT_EQ(scene.orders.size(), 1u);
  bought(lease);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.discarded.size(), 1u) << "of another process";
}

TEST_F(Purchase, DoesNotTakeATenantsPlaceWithAWorker) {
  TenantLimits limits;
  limits.max_running = 1;
  scene.apply(LimitsChanged{scene.tenant, limits});
  open();
  const JobId first = scene.submit("a"), second = scene.submit("b");
  EXPECT_TRUE(is_bought(first));
  EXPECT_TRUE(is_bought(second));
  not_bought(scene.lease(first), true);
  scene.hello("w", 2);
  EXPECT_TRUE(is_with_worker(first));
  const JobId third = scene.submit("c", 0, "base");
  EXPECT_TRUE(is_bought(third));
}

TEST_F(Purchase, IsCountedAmongAttempts) {
  policy(RoutingPolicy::kFleetFirst, true);
  open();
  const JobId job = scene.submit("a");
  for (int i = 0; i < scene.settings.max_attempts; ++i) {
    ASSERT_TRUE(is_bought(job)) << i;
    unknown(scene.lease(job));
    scene.pass(scene.settings.retry.longest);
  }
  EXPECT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_TRUE(scene.job(job).dead);
}

}  // namespace
}  // namespace musicfleet::dispatch
