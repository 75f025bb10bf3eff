#include "coordinator/dispatch/purchases.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

const TenantId kShop{"shop"};
const JobId kJob{"job_a"};
constexpr WallTime kNow(std::chrono::hours(24 * 20'000));

// A dollar a day for everybody, and songs of 40 cents.
class PurchasesTest : public ::testing::Test {
 protected:
  Purchases purchases{Failover{.budget = {MicroDollars{1'000'000}, {}}}};

  static PurchaseIntent intent(Epoch epoch) {
    PurchaseIntent made;
    made.lease = {kJob, epoch};
    made.tenant = kShop;
    made.price = {400'000};
    made.at = kNow;
    return made;
  }
  void buy_without_an_answer(Epoch epoch) {
    purchases.begin(intent(epoch));
    PurchaseEnd end;
    end.lease = {kJob, epoch};
    end.at = kNow + 1s;
    end.state = PurchaseState::kUnknown;
    ASSERT_TRUE(purchases.end(end));
  }
  std::int64_t left() { return purchases.left(kShop, kNow)->value; }
};

TEST_F(PurchasesTest, WhatAnOperatorFoundNotToBePaidMayBeSpentAgain) {
  buy_without_an_answer(1);
  EXPECT_TRUE(purchases.is_unknown(kJob));
  EXPECT_EQ(left(), 600'000) << "it counts at full price";
  purchases.settle({{kJob, 1}, intent(1)});
  EXPECT_FALSE(purchases.is_unknown(kJob));
  EXPECT_EQ(left(), 1'000'000);
}

TEST_F(PurchasesTest, WhatWasPaidStaysSpent) {
  buy_without_an_answer(1);
  purchases.settle({{kJob, 1}});
  EXPECT_FALSE(purchases.is_unknown(kJob)) << "it is known now";
  EXPECT_EQ(left(), 600'000);
}

TEST_F(PurchasesTest, AJobStaysUnknownForAsLongAsOneOfItsPurchasesIs) {
  buy_without_an_answer(1);
  buy_without_an_answer(2);
  EXPECT_EQ(left(), 200'000);
  purchases.settle({{kJob, 1}, intent(1)});
  EXPECT_TRUE(purchases.is_unknown(kJob));
  EXPECT_EQ(left(), 600'000);
  purchases.settle({{kJob, 2}, intent(2)});
  EXPECT_FALSE(purchases.is_unknown(kJob));
  EXPECT_EQ(left(), 1'000'000);
}

}  // namespace
}  // namespace musicfleet::dispatch
