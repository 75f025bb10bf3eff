#include "coordinator/money.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

TEST(Money, TextsOfDollarsAreReadToTheLastMillionth) {
  EXPECT_EQ(money_of("2.99")->value, 2'990'000);
  EXPECT_EQ(money_of("409")->value, 409'000'000);
  EXPECT_EQ(money_of("0.15")->value, 150'000);
  EXPECT_EQ(money_of("0.000001")->value, 1);
  EXPECT_EQ(money_of("1000000")->value, kMostMoney.value);
}

TEST(Money, WhatIsNotDollarsIsRefusedWithTheText) {
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1,5", "$1", "1e3", "0.1234567", "1 ",
                           "1000000.000001", "99999999999999999999"})
    EXPECT_FALSE(money_of(text)) << text;
  EXPECT_NE(money_of("$1").error().message.find("\"$1\""), std::string::npos);
}

TEST(Money, IsShownWithTwoDecimalsAndAsManyAsItTakes) {
  EXPECT_EQ(to_text({2'990'000}), "2.99");
  EXPECT_EQ(to_text({409'000'000}), "409.00");
  EXPECT_EQ(to_text({4'700}), "0.0047");
  EXPECT_EQ(to_text({-450'000}), "-0.45");
  EXPECT_EQ(to_text({-1}), "-0.000001");
  EXPECT_EQ(to_text({0}), "0.00");
}

TEST(Money, SharesAreRoundedToTheNearestAndCostsUp) {
  EXPECT_EQ(share({100}, 1, 3).value, 33);
  EXPECT_EQ(share({101}, 1, 2).value, 51);
  EXPECT_EQ(share({-101}, 1, 2).value, -51);
  EXPECT_EQ(share_rounded_up({100}, 1, 3).value, 34);
  EXPECT_EQ(share_rounded_up({99}, 1, 3).value, 33);
  EXPECT_EQ(share(kMostMoney, 1'000'000'000'000, 1'000'000'000'000), kMostMoney) << "no overflow on the way";
}

}  // namespace
}  // namespace musicfleet
