// The router against a table of cases, and against what must hold whatever the case.
#include "coordinator/dispatch/route.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;
using Policy = RoutingPolicy;

enum class Fleet { kNone, kFree, kInTime, kLate, kUnknown };
enum class Vendor { kOff, kCannot, kResting, kLate, kReady };

constexpr Policy kPolicies[] = {Policy::kFleetOnly, Policy::kFleetFirst, Policy::kVendorFirst,
                                Policy::kVendorOnly, Policy::kShadow};
constexpr Fleet kFleets[] = {Fleet::kNone, Fleet::kFree, Fleet::kInTime, Fleet::kLate, Fleet::kUnknown};
constexpr Vendor kVendors[] = {Vendor::kOff, Vendor::kCannot, Vendor::kResting, Vendor::kLate,
                               Vendor::kReady};

// A song for $0.45 that must be there in four minutes.
RouteQuestion question(Policy policy, Fleet fleet, Vendor vendor) {
  RouteQuestion made;
  made.policy = policy;
  made.time_left = 240s;
  made.fleet.able = fleet != Fleet::kNone;
  made.fleet.free = fleet == Fleet::kFree;
  if (fleet == Fleet::kFree) made.fleet.predicted = 20s;
  if (fleet == Fleet::kInTime) made.fleet.predicted = 240s;
  if (fleet == Fleet::kLate) made.fleet.predicted = 250s;
  if (fleet == Fleet::kNone) made.fleet.why_not = "no worker is connected";
  made.vendor.enabled = vendor != Vendor::kOff;
  if (vendor == Vendor::kCannot) made.vendor.cannot = "no flac";
  if (vendor == Vendor::kResting) made.vendor.resting = "breaker open", made.vendor.again = 30s;
  made.vendor.predicted = vendor == Vendor::kLate ? 241s : 60s;
  made.purse = {MicroDollars{450'000}, MicroDollars{450'000}};
  return made;
}

struct Case {
  Policy policy;
  Fleet fleet;
  Vendor vendor;
  Way way;
  const char* reason;
};

TEST(Route, OfASongThatSomebodyWaitsFor) {
  constexpr Case kCases[] = {
      {Policy::kFleetOnly, Fleet::kFree, Vendor::kReady, Way::kFleet, "free_worker"},
      {Policy::kFleetOnly, Fleet::kInTime, Vendor::kReady, Way::kFleet, "fleet_in_time"},
      {Policy::kFleetOnly, Fleet::kUnknown, Vendor::kReady, Way::kFleet, "fleet_in_time"},
      {Policy::kFleetOnly, Fleet::kLate, Vendor::kReady, Way::kRefuse, "fleet_too_late"},
      {Policy::kFleetOnly, Fleet::kNone, Vendor::kReady, Way::kRefuse, "no_able_worker"},
      {Policy::kFleetFirst, Fleet::kFree, Vendor::kReady, Way::kFleet, "free_worker"},
      {Policy::kFleetFirst, Fleet::kInTime, Vendor::kReady, Way::kFleet, "fleet_in_time"},
      {Policy::kFleetFirst, Fleet::kLate, Vendor::kReady, Way::kVendor, "fleet_too_late"},
      {Policy::kFleetFirst, Fleet::kNone, Vendor::kReady, Way::kVendor, "no_able_worker"},
      {Policy::kFleetFirst, Fleet::kNone, Vendor::kOff, Way::kRefuse, "no_able_worker"},
      {Policy::kFleetFirst, Fleet::kLate, Vendor::kResting, Way::kRefuse, "fleet_too_late"},
      {Policy::kFleetFirst, Fleet::kLate, Vendor::kLate, Way::kRefuse, "fleet_too_late"},
      {Policy::kVendorFirst, Fleet::kFree, Vendor::kReady, Way::kVendor, "elevenlabs_first"},
      {Policy::kVendorFirst, Fleet::kFree, Vendor::kResting, Way::kFleet, "elevenlabs_resting"},
      {Policy::kVendorFirst, Fleet::kFree, Vendor::kCannot, Way::kFleet, "elevenlabs_cannot"},
      {Policy::kVendorFirst, Fleet::kNone, Vendor::kResting, Way::kRefuse, "elevenlabs_resting"},
      {Policy::kVendorOnly, Fleet::kFree, Vendor::kReady, Way::kVendor, "elevenlabs_only"},
      {Policy::kVendorOnly, Fleet::kFree, Vendor::kOff, Way::kRefuse, "elevenlabs_off"},
      {Policy::kVendorOnly, Fleet::kFree, Vendor::kCannot, Way::kRefuse, "elevenlabs_cannot"},
      {Policy::kShadow, Fleet::kFree, Vendor::kReady, Way::kBoth, "shadow"},
      {Policy::kShadow, Fleet::kFree, Vendor::kResting, Way::kFleet, "free_worker"},
      {Policy::kShadow, Fleet::kNone, Vendor::kReady, Way::kVendor, "no_able_worker"},
  };
  for (const Case& one : kCases) {
    const Route found = route(question(one.policy, one.fleet, one.vendor));
    EXPECT_EQ(name_of(found.way), name_of(one.way)) << found.detail_json;
    EXPECT_EQ(found.reason, one.reason) << found.detail_json;
  }
}

TEST(Route, ABudgetStopsAtTheMicroDollarAndSaysSo) {
  RouteQuestion asked = question(Policy::kFleetFirst, Fleet::kNone, Vendor::kReady);
  EXPECT_EQ(route(asked).way, Way::kVendor) << "exactly what is left";
  asked.purse.left = MicroDollars{449'999};
  const Route refused = route(asked);
  EXPECT_EQ(refused.way, Way::kRefuse);
  EXPECT_EQ(refused.reason, "over_budget");
  EXPECT_EQ(refused.error, ErrorCode::kQuota);
  asked.purse.left.reset();
  EXPECT_EQ(route(asked).way, Way::kVendor) << "no limit";
}

TEST(Route, AnUnknownPurchaseIsOnlyRepeatedByPolicy) {
  RouteQuestion asked = question(Policy::kFleetFirst, Fleet::kNone, Vendor::kReady);
  asked.purchase_unknown = true;
  EXPECT_EQ(route(asked).way, Way::kRefuse);
  asked.buys_again = true;
  EXPECT_EQ(route(asked).way, Way::kVendor);
}

TEST(Route, WithoutADeadlineTheFleetHasTime) {
  RouteQuestion asked = question(Policy::kFleetFirst, Fleet::kLate, Vendor::kReady);
  asked.time_left.reset();
  EXPECT_EQ(route(asked).way, Way::kFleet);
}

TEST(Route, ADeadlineThatIsOverIsTooLateForAnyWorker) {
  RouteQuestion asked = question(Policy::kFleetOnly, Fleet::kUnknown, Vendor::kOff);
  asked.time_left = 0s;
  EXPECT_EQ(route(asked).reason, "fleet_too_late");
}

TEST(Route, ARefusalSaysWhenToComeBackWhereThatIsKnown) {
  EXPECT_EQ(route(question(Policy::kFleetFirst, Fleet::kLate, Vendor::kResting)).try_again, 10s)
      << "the fleet is late by ten seconds, the vendor rests for thirty";
  EXPECT_EQ(route(question(Policy::kVendorOnly, Fleet::kLate, Vendor::kResting)).try_again, 30s);
  EXPECT_EQ(route(question(Policy::kFleetOnly, Fleet::kNone, Vendor::kOff)).try_again, std::nullopt);
}

TEST(Route, TheDetailHasTheNumbers) {
  const auto detail =
      nlohmann::json::parse(route(question(Policy::kFleetFirst, Fleet::kLate, Vendor::kReady)).detail_json);
  EXPECT_EQ(detail.at("policy"), "fleet_first");
  EXPECT_EQ(detail.at("time_left_ms"), 240'000);
  EXPECT_EQ(detail.at("fleet").at("predicted_ms"), 250'000);
  EXPECT_EQ(detail.at("elevenlabs").at("predicted_ms"), 60'000);
  EXPECT_EQ(detail.at("price_micros"), 450'000);
  EXPECT_EQ(detail.at("left_micros"), 450'000);
}

// Of all 2,000 questions.
template <class Check>
void for_all(Check check) {
  for (const Policy policy : kPolicies)
    for (const Fleet fleet : kFleets)
      for (const Vendor vendor : kVendors)
        for (unsigned switches = 0; switches < 16; ++switches) {
          RouteQuestion asked = question(policy, fleet, vendor);
          asked.may_wait = switches & 1;
          asked.purchase_unknown = switches & 2;
          if (switches & 4) asked.purse.left = MicroDollars{0};
          if (switches & 8) asked.time_left.reset();
          check(asked, route(asked));
        }
}

bool buys(Way way) { return way == Way::kVendor || way == Way::kBoth; }
bool makes(Way way) { return way == Way::kFleet || way == Way::kBoth; }

TEST(Route, NothingIsEverBoughtAgainstPolicySwitchBudgetOrAnUnknownOutcome) {
  for_all([](const RouteQuestion& asked, const Route& found) {
    if (!buys(found.way)) return;
    EXPECT_NE(asked.policy, Policy::kFleetOnly);
    EXPECT_TRUE(asked.vendor.enabled && asked.vendor.cannot.empty() && asked.vendor.resting.empty());
    EXPECT_FALSE(asked.purchase_unknown);
    EXPECT_LE(asked.purse.price, *asked.purse.left);
    EXPECT_TRUE(!asked.time_left || asked.vendor.predicted <= *asked.time_left);
  });
}

TEST(Route, OnlyAnAbleFleetGetsAJobAndNeverAgainstPolicy) {
  for_all([](const RouteQuestion& asked, const Route& found) {
    if (!makes(found.way)) return;
    EXPECT_TRUE(asked.fleet.able);
    EXPECT_NE(asked.policy, Policy::kVendorOnly);
    EXPECT_TRUE(!asked.time_left || !asked.fleet.predicted || *asked.fleet.predicted <= *asked.time_left);
  });
}

TEST(Route, BothOnlyInShadow) {
  for_all([](const RouteQuestion& asked, const Route& found) {
    if (found.way == Way::kBoth) {
      EXPECT_EQ(asked.policy, Policy::kShadow);
    }
  });
}

TEST(Route, AJobThatMayWaitIsOnlyRefusedWhereNothingCanEverMakeIt) {
  for_all([](const RouteQuestion& asked, const Route& found) {
    if (found.way == Way::kWait) {
      EXPECT_TRUE(asked.may_wait);
    }
    if (found.way != Way::kRefuse) return;
    EXPECT_TRUE(found.error == ErrorCode::kUnavailable || found.error == ErrorCode::kQuota ||
                found.error == ErrorCode::kInvalidArgument);
    if (asked.may_wait || found.error == ErrorCode::kInvalidArgument) {
      const bool never = !asked.vendor.cannot.empty() || (asked.purchase_unknown && !asked.buys_again);
      EXPECT_TRUE(asked.policy == Policy::kVendorOnly && asked.vendor.enabled && never);
    }
  });
}

TEST(Route, WhateverCanBeHadIsHad) {
  for_all([](const RouteQuestion& asked, const Route& found) {
    if (found.way != Way::kRefuse && found.way != Way::kWait) return;
    RouteQuestion any = asked;
    any.policy = Policy::kFleetOnly;
    if (asked.policy != Policy::kVendorOnly) {
      EXPECT_NE(route(any).way, Way::kFleet) << found.detail_json;
    }
    any.policy = Policy::kVendorOnly;
    if (asked.policy != Policy::kFleetOnly) {
      EXPECT_NE(route(any).way, Way::kVendor) << found.detail_json;
    }
  });
}

TEST(Route, EveryAnswerHasAReason) {
  for_all([](const RouteQuestion&, const Route& found) { EXPECT_FALSE(found.reason.empty()); });
  for (const Policy policy : kPolicies) EXPECT_EQ(routing_policy_of(name_of(policy)), policy);
  EXPECT_EQ(routing_policy_of("cheapest"), std::nullopt);
}

}  // namespace
}  // namespace musicfleet::dispatch
