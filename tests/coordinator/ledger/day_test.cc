#include "coordinator/ledger/day.h"

#include <gtest/gtest.h>

namespace musicfleet::ledger {
namespace {

using namespace std::chrono;

TEST(Day, IsReadAndWrittenInOneForm) {
  for (const char* text : {"2026-11-22", "2024-02-29", "0001-01-01", "9999-12-31"})
    EXPECT_EQ(to_text(day_of(text).value()), text);
  EXPECT_EQ(day_of("1970-01-02"), sys_days(days(1)));
}

TEST(Day, WhatIsNoDayIsNone) {
  for (const char* text : {"", "2026-11-31", "2026-02-29", "2026-13-01", "2026-1-1", "2026/11/22",
                           "-026-11-22", "2026-11-22T00:00:00Z", "2026-11- 2", "today"})
    EXPECT_EQ(day_of(text), std::nullopt) << text;
}

TEST(Day, KnowsTheFirstOfItsMonth) {
  EXPECT_EQ(to_text(first_of_month(day_of("2026-11-22").value())), "2026-11-01");
  EXPECT_EQ(to_text(first_of_month(day_of("2026-11-01").value())), "2026-11-01");
}

}  // namespace
}  // namespace musicfleet::ledger
