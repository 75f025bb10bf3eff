#include "coordinator/ledger/price_table.h"

#include <gtest/gtest.h>

namespace musicfleet::ledger {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

WallTime day(int y, unsigned m, unsigned d) { return sys_days(year(y) / month(m) / std::chrono::day(d)); }

PriceTable table() {
  return PriceTable::of({"2026-10-03 * 0.15 exact a digest of the vendor's documents",
                         "2026-06-01 * 0.30 exact a tutorial",
                         "2026-06-01 fal 0.80 whole_minutes its price page"})
      .value();
}

TEST(PriceTable, TheLatestRowInForceSaysThePrice) {
  EXPECT_EQ(table().price("music_v1", 180s, day(2026, 11, 22))->amount, money_of("0.45").value());
  EXPECT_EQ(table().price("music_v1", 180s, day(2026, 10, 3) - 1ms)->amount, money_of("0.90").value());
  EXPECT_EQ(table().price("music_v1", 180s, day(2026, 10, 3))->amount, money_of("0.45").value());
  EXPECT_EQ(table().price("music_v1", 180s, day(2026, 5, 31)).error().code, ErrorCode::kNotFound);
}

TEST(PriceTable, AModelsOwnRowComesBeforeTheOneForAny) {
  EXPECT_EQ(table().price("fal", 180s, day(2026, 11, 22))->amount, money_of("2.40").value());
}

TEST(PriceTable, BegunMinutesAndBegunMicroDollarsCount) {
  EXPECT_EQ(table().price("fal", 61s, day(2026, 11, 22))->amount, money_of("1.60").value());
  EXPECT_EQ(table().price("music_v1", 3'001ms, day(2026, 11, 22))->amount.value, 7'503)
      << "7502.5 rounded up";
}

TEST(PriceTable, ThePriceNamesItsRow) {
  EXPECT_EQ(table().price("fal", 1s, day(2026, 11, 22))->note,
            "$0.80/min, whole minutes, from 2026-06-01: its price page");
}

TEST(PriceTable, ARowThatIsNoneIsNamed) {
  for (const char* row : {"", "2026-13-01 * 0.15 exact s", "2026-02-30 * 0.15 exact s",
                          "yesterday * 0.15 exact s", "2026-10-03 * cheap exact s",
                          "2026-10-03 * 0.15 roughly s", "2026-10-03 * 0.15 exact", "2026-10-03 * 0.15"}) {
    const auto refused = PriceTable::of({row});
    ASSERT_FALSE(refused) << row;
    EXPECT_NE(refused.error().message.find(concat("price row \"", row, '"')), std::string::npos);
  }
  EXPECT_FALSE(PriceTable::of({"2026-10-03 * 0.15 exact a", "2026-10-03 * 0.30 exact b"}))
      << "which of the two?";
}

}  // namespace
}  // namespace musicfleet::ledger
