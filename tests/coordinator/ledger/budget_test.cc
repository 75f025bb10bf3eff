#include "coordinator/ledger/budget.h"

#include <gtest/gtest.h>

namespace musicfleet::ledger {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

const TenantId kAcme{"acme"}, kOther{"other"};

WallTime at(int y, unsigned m, unsigned d, hours h = 12h) {
  return sys_days(year(y) / month(m) / std::chrono::day(d)) + h;
}
MicroDollars dollars(const char* text) { return money_of(text).value(); }

TEST(Budget, WithoutLimitsEverythingIsAllowed) {
  Budget budget({}, 80);
  EXPECT_TRUE(budget.allows(kAcme, kMostMoney, at(2026, 11, 22)));
  EXPECT_EQ(budget.tightest(kAcme, at(2026, 11, 22)), std::nullopt);
}

TEST(Budget, ATenantsCentsAreItsLimits) {
  TenantLimits tenant;
  EXPECT_EQ(spending_limits_of(tenant), SpendingLimits{});
  tenant.spend_cents_per_day = 0;
  tenant.spend_cents_per_month = 1'250;
  EXPECT_EQ(spending_limits_of(tenant), (SpendingLimits{MicroDollars{}, dollars("12.50")}));
}

TEST(Budget, TheLimitOfADayIsAHardStopToTheMicroDollar) {
  Budget budget({dollars("1.00"), {}}, 80);
  budget.spend(kAcme, dollars("0.55"), at(2026, 11, 22));
  EXPECT_TRUE(budget.allows(kOther, dollars("0.45"), at(2026, 11, 22))) << "exactly what is left";
  EXPECT_FALSE(budget.allows(kOther, dollars("0.450001"), at(2026, 11, 22)));
  EXPECT_TRUE(budget.allows(kOther, dollars("1.00"), at(2026, 11, 23, 0h))) << "a new day in UTC";
}

TEST(Budget, TheLimitOfAMonthEndsWithTheMonth) {
  Budget budget({{}, dollars("10")}, 80);
  for (unsigned d = 1; d <= 10; ++d) budget.spend(kAcme, dollars("1"), at(2026, 2, d));
  EXPECT_FALSE(budget.allows(kAcme, MicroDollars{1}, at(2026, 2, 28, 23h)));
  EXPECT_TRUE(budget.allows(kAcme, dollars("10"), at(2026, 3, 1, 0h)));
}

TEST(Budget, ATenantsOwnLimitAndThatOfAllHoldTogether) {
  Budget budget({dollars("5"), {}}, 80);
  budget.limit(kAcme, {dollars("1"), {}});
  EXPECT_FALSE(budget.allows(kAcme, dollars("2"), at(2026, 11, 22)));
  EXPECT_TRUE(budget.allows(kOther, dollars("2"), at(2026, 11, 22)));
  budget.spend(kOther, dollars("4.50"), at(2026, 11, 22));
  EXPECT_FALSE(budget.allows(kAcme, dollars("0.60"), at(2026, 11, 22))) << "too much for all together";
  const auto line = budget.tightest(kAcme, at(2026, 11, 22));
  EXPECT_EQ(line, (BudgetLine{TenantId{}, Period::kDay, dollars("5"), dollars("4.50")}));
  EXPECT_EQ(line->left(), dollars("0.50"));
  budget.limit(kAcme, {});
  budget.give_back(kOther, dollars("4.50"), at(2026, 11, 22));
  EXPECT_TRUE(budget.allows(kAcme, dollars("2"), at(2026, 11, 22))) << "its own limit is gone";
}

TEST(Budget, WhatWasCertainlyNotBoughtIsGivenBackToTheDayOfItsIntent) {
  Budget budget({dollars("1"), dollars("2")}, 80);
  budget.spend(kAcme, dollars("1"), at(2026, 11, 22, 23h));
  budget.give_back(kAcme, dollars("1"), at(2026, 11, 22, 23h));
  EXPECT_TRUE(budget.allows(kAcme, dollars("1"), at(2026, 11, 22, 23h)));
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 11, 30)), MicroDollars{});
}

TEST(Budget, WarnsOnceAtItsPercentageAndOnceAtItsEnd) {
  Budget budget({dollars("1"), {}}, 80);
  EXPECT_TRUE(budget.spend(kAcme, dollars("0.79"), at(2026, 11, 22)).empty());
  const auto warned = budget.spend(kAcme, dollars("0.01"), at(2026, 11, 22));
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_EQ(warned[0].spent, dollars("0.80"));
  EXPECT_TRUE(budget.spend(kAcme, dollars("0.05"), at(2026, 11, 22)).empty());
  EXPECT_EQ(budget.spend(kAcme, dollars("0.15"), at(2026, 11, 22)).size(), 1u) << "used up";
  EXPECT_TRUE(budget.spend(kAcme, dollars("0.15"), at(2026, 11, 22)).empty());
}

TEST(Budget, IsRestoredFromWhatTheStoreKnows) {
  Budget budget({dollars("1"), dollars("3")}, 80);
  budget.restore({{kAcme, at(2026, 11, 1), dollars("2")}, {kOther, at(2026, 11, 22), dollars("0.75")}});
  EXPECT_EQ(budget.spent(TenantId{}, Period::kMonth, at(2026, 11, 22)), dollars("2.75"));
  EXPECT_EQ(budget.spent(kOther, Period::kDay, at(2026, 11, 22)), dollars("0.75"));
  EXPECT_FALSE(budget.allows(kAcme, dollars("0.26"), at(2026, 11, 22)));
}

TEST(Budget, AClockThatIsSetBackWithinTheMonthForgetsNothingOfIt) {
  Budget budget({dollars("1"), dollars("1")}, 80);
  budget.spend(kAcme, dollars("1"), at(2026, 11, 25));
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 11, 23)), dollars("1"));
  EXPECT_FALSE(budget.allows(kAcme, MicroDollars{1}, at(2026, 11, 23)));
  EXPECT_EQ(budget.spent(kAcme, Period::kDay, at(2026, 11, 23)), MicroDollars{}) << "a day is itself";
}

TEST(Budget, AClockThatWasYearsAheadForgetsNothingOfTheMonthToWhichItIsSetBack) {
  Budget budget({dollars("1"), dollars("1")}, 80);
  budget.spend(kAcme, dollars("1"), at(2026, 11, 22));
  budget.spend(kOther, dollars("0.10"), at(2036, 1, 1));
  budget.spend(kAcme, dollars("0.20"), at(2036, 1, 2));
  for (const TenantId& whose : {kAcme, TenantId{}}) {
    EXPECT_EQ(budget.spent(whose, Period::kDay, at(2026, 11, 22)), dollars("1")) << whose;
    EXPECT_EQ(budget.spent(whose, Period::kMonth, at(2026, 11, 30)), dollars("1")) << whose;
  }
  EXPECT_EQ(budget.spent(TenantId{}, Period::kMonth, at(2036, 1, 1)), dollars("0.30"));
}

TEST(Budget, ARowOfTheFutureInTheStoreHidesNoOther) {
  Budget budget({{}, dollars("3")}, 80);
  budget.restore({{kAcme, at(2036, 1, 1), dollars("1")}, {kAcme, at(2026, 11, 1), dollars("2")}});
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 11, 22)), dollars("2"));
}

TEST(Budget, AMonthEndsWhereTheNextBegins) {
  Budget budget({}, 80);
  for (const auto& [m, d] : {std::pair(1u, 31u), std::pair(2u, 1u), std::pair(2u, 28u), std::pair(3u, 1u)})
    budget.spend(kAcme, dollars("1"), at(2026, m, d));
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 1, 1)), dollars("1"));
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 2, 14)), dollars("2"));
}

TEST(Budget, KnowsSoManyDaysAndForgetsWhatIsFarthestFromThePresentOne) {
  Budget budget({}, 80);
  const auto year_of_purchases = [&](int y) {
    for (hours day{0}; day < 24h * 366; day += 24h) budget.spend(kAcme, dollars("1"), at(y, 1, 1) + day);
  };
  year_of_purchases(2026);
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 1, 1)), MicroDollars{});
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2026, 10, 1)), dollars("31")) << "the last months";
  year_of_purchases(2030);
  year_of_purchases(2027);
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2027, 12, 1)), dollars("31")) << "now";
  EXPECT_EQ(budget.spent(kAcme, Period::kMonth, at(2030, 12, 1)), MicroDollars{}) << "a clock's fault";
}

}  // namespace
}  // namespace musicfleet::ledger
