#include "coordinator/cli/utc_time.h"

#include <gtest/gtest.h>

namespace musicfleet::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

TEST(UtcTime, ReadsWhatTheApiWrites) {
  const UtcTime noon = sys_days(2026y / 11 / 22) + 12h;
  EXPECT_EQ(parse_utc_time("2026-11-22T12:00:00Z"), noon);
  EXPECT_EQ(parse_utc_time("2026-11-22T12:00:00.123Z"), noon + 123ms);
  EXPECT_EQ(parse_utc_time("2026-11-22T12:00:00.5Z"), noon + 500ms);
  EXPECT_EQ(parse_utc_time("2026-11-22T12:00:00.123456789Z"), noon + 123ms);
}

TEST(UtcTime, EverythingElseIsNoTime) {
  for (const char* text :
       {"", "Z", "2026-11-22", "2026-11-22T12:00:00", "2026-13-22T12:00:00Z", "2026-02-30T12:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T12:60:00Z", "2026-11-22 12:00:00Z", "2026-11-22T12:00:00.Z",
        "2026-11-22T12:00:00.xZ", "2026-11-2aT12:00:00Z", "2026-11-22T12:00:00+01:00Z"})
    EXPECT_FALSE(parse_utc_time(text)) << text;
}

TEST(UtcTime, TablesShowTheSecondsWithoutTheFraction) {
  EXPECT_EQ(short_time("2026-11-22T16:34:25.123Z"), "2026-11-22 16:34:25");
  EXPECT_EQ(short_time("yesterday"), "yesterday");
}

TEST(UtcTime, ClockTextHasHoursOnlyWhereThereAreSome) {
  EXPECT_EQ(clock_text(7s), "0:07");
  EXPECT_EQ(clock_text(723s), "12:03");
  EXPECT_EQ(clock_text(3723s), "1:02:03");
}

}  // namespace
}  // namespace musicfleet::cli
