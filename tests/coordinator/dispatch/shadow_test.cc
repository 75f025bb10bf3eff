// What is bought only to be compared, and the ledger's rows of what our own workers do.
#include "tests/coordinator/dispatch/shop.h"

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

class Shadow : public Shop {
 protected:
  Shadow() {
    policy(RoutingPolicy::kShadow);
    open();
    scene.hello("w");
    job = scene.submit("a");
  }
  void succeed() {
    JobAudio audio;
    audio.object = "ours.mp3";
    scene.apply(UploadVerified{scene.lease(job), audio, {}});
  }

  JobId job;
};

TEST_F(Shadow, IsBoughtUnderTheWorkersLease) {
  EXPECT_TRUE(is_with_worker(job));
  ASSERT_EQ(scene.orders.size(), 1u);
  EXPECT_EQ(scene.intents[0].lease, scene.lease(job));
  EXPECT_EQ(scene.intents[0].purpose, PurchasePurpose::kShadow);
  EXPECT_NE(told("shadow_purchase").find("450000"), std::string::npos);
}

TEST_F(Shadow, TouchesNothingOfItsJobWhenItEnds) {
  const std::size_t published = scene.published.size();
  bought(scene.lease(job), "theirs.mp3");
  EXPECT_EQ(scene.published.size(), published);
  EXPECT_TRUE(is_with_worker(job));
  ASSERT_EQ(scene.purchase_ends.size(), 1u);
  EXPECT_EQ(scene.purchase_ends[0].object, "theirs.mp3");
  succeed();
  EXPECT_EQ(scene.job(job).audio->object, "ours.mp3");
  const auto sales = std::count_if(scene.ledger.begin(), scene.ledger.end(),
                                   [](const LedgerEntry& row) { return row.kind == EntryKind::kSale; });
  EXPECT_EQ(sales, 1);
}

TEST_F(Shadow, MayEndAfterItsJob) {
  succeed();
  const std::size_t lines = scene.history.size();
  bought(scene.lease(job), "theirs.mp3");
  ASSERT_EQ(scene.purchase_ends.size(), 1u);
  EXPECT_EQ(scene.purchase_ends[0].object, "theirs.mp3");
  EXPECT_EQ(scene.history.size(), lines) << "the job's history may be gone";
}

TEST_F(Shadow, KeepsItsJobFromBeingBoughtTwiceAtATime) {
  scene.say("w", to_coordinator::Goodbye{});
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_EQ(scene.orders.size(), 1u);
  not_bought(scene.intents[0].lease);
  EXPECT_TRUE(is_bought(job));
  EXPECT_EQ(scene.intents[1].purpose, PurchasePurpose::kDelivery);
}

TEST_F(Shadow, StandsBesideTheFirstLeaseOnly) {
  not_bought(scene.lease(job));
  scene.fail("w", scene.lease(job), ErrorCode::kInternal);
  scene.hello("other");
  while (scene.job(job).state == JobState::kQueued) {
    scene.beat("other", {});
    scene.pass(1s);
  }
  EXPECT_TRUE(is_with_worker(job));
  EXPECT_EQ(scene.job(job).epoch, 2u);
  EXPECT_EQ(scene.orders.size(), 1u);
}

TEST_F(Shadow, IsTakenBackWithItsJob) {
  scene.apply(CancelRequested{job});
  ASSERT_EQ(scene.withdrawn.size(), 1u);
  EXPECT_EQ(scene.sent<to_worker::Cancel>("w").size(), 1u);
}

class FleetLedger : public Shop {
 protected:
  FleetLedger() { scene.hello("w"); }
};

TEST_F(FleetLedger, HasTheSongsWorkAndItsSale) {
  const JobId job = scene.submit("a");
  JobAudio audio;
  audio.duration = 30s;
  audio.generate_time = 12s;
  audio.model = "turbo";
  scene.apply(UploadVerified{scene.lease(job), audio, {}});
  ASSERT_EQ(scene.ledger.size(), 2u);
  EXPECT_EQ(scene.ledger[0].kind, EntryKind::kFleetSong);
  EXPECT_EQ(scene.ledger[0].provider, "fleet");
  EXPECT_EQ(scene.ledger[0].model, "turbo");
  EXPECT_EQ(scene.ledger[0].song, 30s);
  EXPECT_EQ(scene.ledger[0].work, 12s);
  EXPECT_EQ(scene.ledger[0].amount.value, 1'867) << "of $409 for 730.5 hours, rounded up";
  EXPECT_EQ(scene.ledger[1].kind, EntryKind::kSale);
  EXPECT_EQ(scene.ledger[1].amount, scene.settings.song_price);
}

TEST_F(FleetLedger, HasWorkInVainFromItsBeginning) {
  const JobId job = scene.submit("a");
  scene.pass(4s);
  scene.beat("w", {denoising(scene.lease(job))});
  scene.pass(3s);
  scene.fail("w", scene.lease(job), ErrorCode::kInternal);
  ASSERT_EQ(scene.ledger.size(), 1u);
  EXPECT_EQ(scene.ledger[0].kind, EntryKind::kFleetWaste);
  EXPECT_EQ(scene.ledger[0].work, 3s);
}

TEST_F(FleetLedger, HasNothingOfWhatNeverBegan) {
  const JobId job = scene.submit("a");
  scene.say("w", to_coordinator::Returned{scene.lease(job)});
  EXPECT_TRUE(scene.ledger.empty());
}

TEST_F(FleetLedger, BelievesNoWorkerThatItWorkedForDays) {
  const JobId job = scene.submit("a");
  JobAudio audio;
  audio.generate_time = 1'000'000h;
  scene.apply(UploadVerified{scene.lease(job), audio, {}});
  EXPECT_EQ(scene.ledger[0].work, 24h);
}

}  // namespace
}  // namespace musicfleet::dispatch
