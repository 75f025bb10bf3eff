// Which way jobs go, as the dispatcher asks the router: by policies, when something changes, within budgets.
#include "tests/coordinator/dispatch/shop.h"

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;
using Policy = RoutingPolicy;

using Routing = Shop;

TEST_F(Routing, WithoutAnythingForSaleJobsWaitAndHistoryHasNoWordOfIt) {
  Scene plain;
  const JobId job = plain.submit("a");
  EXPECT_EQ(plain.job(job).state, JobState::kQueued);
  for (const HistoryEvent& line : plain.history) EXPECT_NE(line.kind, "routed");
}

TEST_F(Routing, FleetOnlyBuysNothing) {
  policy(Policy::kFleetOnly);
  open();
  const JobId job = scene.submit("a");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_TRUE(scene.orders.empty());
}

TEST_F(Routing, FleetFirstGoesToAWorkerThatIsFree) {
  open();
  scene.hello("w");
  EXPECT_TRUE(is_with_worker(scene.submit("a")));
  EXPECT_NE(told("routed").find("\"reason\":\"free_worker\""), std::string::npos) << told("routed");
}

TEST_F(Routing, ElevenLabsFirstIsBoughtBesideAFreeWorkerAndGoesThereWhileNothingIsToBeHad) {
  policy(Policy::kVendorFirst);
  open();
  scene.hello("w");
  EXPECT_TRUE(is_bought(scene.submit("a")));
  open("breaker open");
  EXPECT_TRUE(is_with_worker(scene.submit("b")));
}

TEST_F(Routing, ElevenLabsOnlyWaitsForItBesideAFreeWorker) {
  policy(Policy::kVendorOnly);
  scene.hello("w");
  const JobId job = scene.submit("a");
  scene.pass(1min);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  open();
  EXPECT_TRUE(is_bought(job));
}

TEST_F(Routing, WhatWouldBeOrderedIsLookedAtOnceAJob) {
  open("breaker open");
  const JobId job = scene.submit("a");
  for (const char* resting : {"its queue is full", "breaker open", "its queue is full"}) {
    open(resting);
    scene.pass(1s);
  }
  EXPECT_GT(terms.quoted, 3);
  EXPECT_EQ(terms.looked_at, (std::map<JobId, int>{{job, 1}}));
}

// More news than time to ask everybody: whoever was to be asked keeps the moment.
TEST_F(Routing, ManyJobsAreAskedThoughTheProviderNeverStandsStill) {
  policy(Policy::kVendorOnly);
  constexpr int jobs = 3 * Buyer::kAskedTogether;
  for (int i = 0; i < jobs; ++i) scene.submit(concat("job ", i));
  for (int news = 0; news < 10; ++news) {
    open("breaker open");
    scene.pass(Buyer::kBetweenAsked / 2);
  }
  const auto told_so = std::count_if(scene.history.begin(), scene.history.end(), [](const auto& line) {
    return line.detail_json.find("\"reason\":\"elevenlabs_resting\"") != std::string::npos;
  });
  EXPECT_EQ(told_so, jobs);
}

TEST_F(Routing, ElevenLabsOnlyThatBecomesFleetFirstGoesToTheWorker) {
  policy(Policy::kVendorOnly);
  scene.hello("w");
  const JobId job = scene.submit("a");
  policy(Policy::kFleetFirst);
  EXPECT_TRUE(is_with_worker(job));
}

TEST_F(Routing, AChangeOfPolicyCutsNoRestShort) {
  scene.hello("w");
  const JobId job = scene.submit("a");
  scene.fail("w", scene.lease(job), ErrorCode::kInternal);
  ASSERT_EQ(scene.job(job).state, JobState::kQueued);
  policy(Policy::kVendorOnly);
  policy(Policy::kFleetFirst);
  EXPECT_EQ(scene.job(job).state, JobState::kQueued) << "it rests after its failure";
}

TEST_F(Routing, ElevenLabsOnlyFailsWhereItNeverMakesSuchASong) {
  policy(Policy::kVendorOnly);
  open();
  terms.answer = fail(ErrorCode::kInvalidArgument, "no flac");
  const JobId job = scene.submit("a");
  ASSERT_EQ(scene.job(job).state, JobState::kFailed);
  EXPECT_EQ(scene.job(job).error->code, ErrorCode::kInvalidArgument);
  EXPECT_NE(scene.job(job).error->message.find("no flac"), std::string::npos);
}

TEST_F(Routing, ElevenLabsOnlyFailsAfterAPurchaseOfWhichNobodyKnows) {
  policy(Policy::kVendorOnly);
  open();
  const JobId job = scene.submit("a");
  unknown(scene.lease(job));
  EXPECT_EQ(scene.job(job).state, JobState::kFailed) << "nothing else can become of it";
  EXPECT_FALSE(scene.job(job).dead);
}

TEST_F(Routing, WaitsWhereNoPriceIsKnown) {
  open();
  terms.answer = fail(ErrorCode::kNotFound, "no price is known");
  const JobId job = scene.submit("a");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  EXPECT_TRUE(scene.orders.empty());
}

TEST_F(Routing, IsAskedAnewWhenElevenLabsWakesUp) {
  open("breaker open");
  const JobId job = scene.submit("a");
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  open();
  EXPECT_TRUE(is_bought(job));
}

TEST_F(Routing, IsAskedAnewForManyJobsWithoutHoldingTheLoopUp) {
  open("breaker open");
  for (int i = 0; i < 200; ++i) scene.submit(concat("job", i));
  open();
  EXPECT_EQ(scene.orders.size(), Buyer::kAskedTogether);
  scene.pass(100ms);
  EXPECT_EQ(scene.orders.size(), 200u);
}

TEST_F(Routing, IsAskedAnewWhenAWorkerGoes) {
  scene.hello("w");
  scene.submit("a");
  open();
  const JobId second = scene.submit("b");
  EXPECT_EQ(scene.job(second).state, JobState::kQueued) << "the worker will have time";
  scene.apply(WorkerGone{WorkerId{"w"}});
  EXPECT_TRUE(is_bought(second));
}

TEST_F(Routing, IsAskedAnewAfterAFailureOnTheOnlyWorker) {
  scene.hello("w");
  const JobId job = scene.submit("a");
  open();
  scene.say("w", to_coordinator::Goodbye{});
  EXPECT_TRUE(is_bought(job));
}

TEST_F(Routing, IsAskedAnewWhileAPurchaseWouldStillBeInTime) {
  open();
  scene.hello("w", 2);
  // Makes its first song at one second a second, so that there is a speed to reckon with.
  const JobId first = scene.submit("first");
  JobAudio audio;
  audio.duration = audio.generate_time = 30s;
  scene.apply(UploadVerified{scene.lease(first), audio, {}});
  // The next one promises to take 30 s, and takes a step in twenty seconds.
  scene.hello("w", 1);
  const JobId slow = scene.submit("slow");
  const JobId urgent = scene.submit("urgent", 0, {}, 5min);
  const SteadyTime began = scene.now.steady;
  ASSERT_EQ(scene.job(urgent).state, JobState::kQueued);
  for (int step = 1; step < 40 && scene.orders.empty(); ++step) {
    for (int beat = 0; beat < 4 && scene.orders.empty(); ++beat) {
      scene.beat("w", {denoising(scene.lease(slow), step, 60)});
      scene.pass(5s);
    }
  }
  ASSERT_EQ(scene.orders.size(), 1u);
  EXPECT_TRUE(is_bought(urgent));
  const Milliseconds when = scene.intents[0].at - scene.job(urgent).created_at;
  EXPECT_EQ(when, 5min - kVendorTakes - 1s) << "not before the fleet had its chance";
  EXPECT_LE(scene.now.steady - began, 5min);
  EXPECT_NE(told("leased").find("fleet_too_late"), std::string::npos) << told("leased");
}

TEST_F(Routing, IsToldOnceForEachAnswer) {
  open("breaker open");
  scene.submit("a");
  scene.pass(10min);
  open("queue full");
  const auto lines = std::count_if(scene.history.begin(), scene.history.end(),
                                   [](const HistoryEvent& line) { return line.kind == "routed"; });
  EXPECT_EQ(lines, 1);
}

TEST_F(Routing, CanBeAskedBeforeAJobIsTakenIn) {
  Job job;
  job.id = JobId{"not there yet"};
  job.tenant = scene.tenant;
  const Route none = scene.dispatcher->route_for(job, false, scene.now);
  EXPECT_EQ(name_of(none.way), name_of(Way::kRefuse));
  EXPECT_EQ(none.error, ErrorCode::kUnavailable);
  EXPECT_EQ(none.reason, "no_able_worker");
  EXPECT_EQ(name_of(scene.dispatcher->route_for(job, true, scene.now).way), name_of(Way::kWait));
  policy(Policy::kVendorOnly);
  EXPECT_EQ(name_of(scene.dispatcher->route_for(job, true, scene.now).way), name_of(Way::kWait));
  policy(Policy::kFleetFirst);
  open();
  EXPECT_EQ(name_of(scene.dispatcher->route_for(job, false, scene.now).way), name_of(Way::kVendor));
  scene.hello("w");
  EXPECT_EQ(name_of(scene.dispatcher->route_for(job, false, scene.now).way), name_of(Way::kFleet));
  EXPECT_EQ(scene.dispatcher->live_jobs(), 0u);
  EXPECT_TRUE(scene.orders.empty());
}

// Room for two songs a day.
class BudgetOfDispatch : public Shop {
 protected:
  BudgetOfDispatch() : Shop({MicroDollars{1'000'000}, std::nullopt}) {}
};

TEST_F(BudgetOfDispatch, IsAHardStopWithWordsAndAWarning) {
  open();
  const JobId first = scene.submit("a"), second = scene.submit("b"), third = scene.submit("c");
  EXPECT_TRUE(is_bought(first));
  EXPECT_TRUE(is_bought(second));
  EXPECT_EQ(scene.job(third).state, JobState::kQueued);
  EXPECT_NE(told("routed").find("\"reason\":\"over_budget\""), std::string::npos) << told("routed");
  EXPECT_NE(told("routed").find("\"left_micros\":100000"), std::string::npos);
  ASSERT_EQ(scene.warnings.size(), 1u);
  EXPECT_EQ(scene.warnings[0].line.spent.value, 900'000);
  EXPECT_EQ(scene.dispatcher->route_for(scene.job(third), false, scene.now).error, ErrorCode::kQuota);
}

TEST_F(BudgetOfDispatch, HasRoomAgainTheNextDay) {
  open();
  for (const char* name : {"a", "b", "c"}) scene.submit(name);
  ASSERT_EQ(scene.orders.size(), 2u);
  scene.pass(24h);
  EXPECT_EQ(scene.orders.size(), 3u);
}

TEST_F(BudgetOfDispatch, GetsBackWhatCertainlyCostNothing) {
  open();
  const JobId first = scene.submit("a");
  scene.submit("b");
  not_bought(scene.lease(first), true);
  scene.submit("c");
  EXPECT_EQ(scene.orders.size(), 3u);
}

TEST_F(BudgetOfDispatch, KeepsWhatNobodyKnowsOf) {
  open();
  unknown(scene.lease(scene.submit("a")));
  scene.submit("b");
  scene.submit("c");
  EXPECT_EQ(scene.orders.size(), 2u);
}

TEST_F(BudgetOfDispatch, CountsWhatEarlierProcessesSpent) {
  open();
  scene.submit("a");
  scene.restart();
  open();
  scene.submit("b");
  scene.submit("c");
  EXPECT_EQ(scene.orders.size(), 2u);
}

TEST_F(BudgetOfDispatch, OfATenantHoldsToo) {
  TenantLimits limits;
  limits.spend_cents_per_month = 50;
  scene.apply(LimitsChanged{scene.tenant, limits});
  open();
  scene.submit("a");
  const JobId second = scene.submit("b");
  EXPECT_EQ(scene.orders.size(), 1u);
  limits.spend_cents_per_month = 90;
  scene.apply(LimitsChanged{scene.tenant, limits});
  EXPECT_TRUE(is_bought(second)) << "asked anew when limits change";
}

}  // namespace
}  // namespace musicfleet::dispatch
