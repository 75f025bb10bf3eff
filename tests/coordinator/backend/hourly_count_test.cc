#include "coordinator/backend/hourly_count.h"

#include "common/backoff.h"

#include <gtest/gtest.h>

#include <deque>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;

const TenantId kTenant{"t"};
const WallTime kNoon{std::chrono::milliseconds(1'700'000'000'000)};

TEST(HourlyCount, SaysWhenAPlaceComesFree) {
  HourlyCount count;
  EXPECT_EQ(count.wait(kTenant, 2, kNoon), 0ms);
  count.add(kTenant, kNoon);
  EXPECT_EQ(count.wait(kTenant, 2, kNoon + 20min), 0ms);
  count.add(kTenant, kNoon + 20min);
  const auto wait = count.wait(kTenant, 2, kNoon + 30min);
  EXPECT_GE(wait, 30min);
  EXPECT_LE(wait, 30min + HourlyCount::kStretch);
  EXPECT_EQ(count.wait(kTenant, 2, kNoon + 30min + wait), 0ms);
  EXPECT_GT(count.wait(kTenant, 1, kNoon + 30min + wait), 0ms) << "the second one still counts";
  EXPECT_EQ(count.wait(TenantId{"other"}, 2, kNoon + 30min), 0ms);
}

TEST(HourlyCount, OfALimitThatWasLoweredWaitsForEnoughPlaces) {
  HourlyCount count;
  for (int i = 0; i < 10; ++i) count.add(kTenant, kNoon + i * 1min);
  const auto wait = count.wait(kTenant, 3, kNoon + 10min);
  EXPECT_GE(wait, 57min) << "eight have to leave the hour";
  EXPECT_LE(wait, 57min + HourlyCount::kStretch);
}

TEST(HourlyCount, WhatWasNotTakenInIsNotCounted) {
  HourlyCount count;
  count.add(kTenant, kNoon);
  count.take_back(kTenant, kNoon);
  EXPECT_EQ(count.wait(kTenant, 1, kNoon), 0ms);
}

TEST(HourlyCount, GoesOnWhereTheStoreLeftOff) {
  HourlyCount count;
  count.load({{kTenant, kNoon, 5}});
  EXPECT_GT(count.wait(kTenant, 5, kNoon + 59min), 0ms);
  EXPECT_EQ(count.wait(kTenant, 5, kNoon + 60min + HourlyCount::kStretch), 0ms);
}

TEST(HourlyCount, AClockThatIsSetBackLocksNobodyOut) {
  HourlyCount count;
  count.add(kTenant, kNoon + 24h);
  EXPECT_EQ(count.wait(kTenant, 1, kNoon), 0ms);
}

TEST(HourlyCount, ALimitOfNothingIsAskedForNothing) {
  HourlyCount count;
  EXPECT_GT(count.wait(kTenant, 0, kNoon), 0ms);
}

TEST(HourlyCount, NoHourEverSeesMoreThanTheLimit) {
  HourlyCount count;
  std::uint64_t random = 11;
  std::deque<WallTime> taken;
  WallTime now = kNoon;
  int all = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += std::chrono::milliseconds(next_random(random) % 60'000);
    if (count.wait(kTenant, 25, now).count() > 0) continue;
    count.add(kTenant, now);
    taken.push_back(now);
    ++all;
    while (taken.front() <= now - 1h) taken.pop_front();
    ASSERT_LE(taken.size(), 25u);
  }
  const double hours = std::chrono::duration<double, std::ratio<3600>>(now - kNoon).count();
  EXPECT_GT(all, 25 * hours * 0.95) << "and nearly all of it is given";
}

}  // namespace
}  // namespace musicfleet::backend
