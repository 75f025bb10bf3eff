#include "coordinator/cli/fetch_line.h"

#include "common/job_spec.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using std::chrono::seconds;

TEST(BytesText, ShowsOneDecimalAndTheUnitThatFits) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1'000), "1.0 kB");
  EXPECT_EQ(bytes_text(999'949), "999.9 kB");
  EXPECT_EQ(bytes_text(999'950), "1.0 MB");
  EXPECT_EQ(bytes_text(10'340'000'000), "10.3 GB");
}

TEST(TransferRate, CountsTheLastSecondsOnly) {
  TransferRate rate;
  const SteadyTime begin{};
  EXPECT_EQ(rate.bytes_per_second(), 0);
  rate.note(begin, 0);
  EXPECT_EQ(rate.time_for(1), std::nullopt);
  rate.note(begin + seconds(10), 1'000'000);
  EXPECT_DOUBLE_EQ(rate.bytes_per_second(), 100'000);
  EXPECT_EQ(rate.time_for(250'001), seconds(3));
  for (int second = 11; second <= 60; ++second) rate.note(begin + seconds(second), 1'000'000);
  EXPECT_EQ(rate.bytes_per_second(), 0) << "nothing has come for long";
  EXPECT_EQ(rate.time_for(1), std::nullopt);
}

class FetchLineTest : public testing::Test {
 protected:
  FetchLineTest() {
    rate_.note(SteadyTime{}, 0);
    rate_.note(SteadyTime{} + seconds(2), 500'000'000);
  }

  TransferRate rate_;
  FetchSnapshot now_{.files = 9,
                     .files_done = 2,
                     .bytes = 2'000'000'000,
                     .bytes_done = 1'000'000'000,
                     .bytes_received = 500'000'000};
};

TEST_F(FetchLineTest, TheBarShowsShareBytesRateAndTimeLeft) {
  EXPECT_EQ(fetch_bar(now_, rate_, 74),
            "[##########··········]  1.0 GB of 2.0 GB  250.0 MB/s  0:04 left  2/9 files");
  EXPECT_LE(utf8_length(fetch_bar(now_, rate_, 60)), 60u);
  EXPECT_LE(utf8_length(fetch_bar(now_, rate_, 20)), 20u);
}

TEST_F(FetchLineTest, ThePlainLineSaysTheSame) {
  EXPECT_EQ(fetch_text(now_, rate_), "50 % (1.0 GB of 2.0 GB), 250.0 MB/s, 0:04 left, 2/9 files");
}

TEST_F(FetchLineTest, AHundredPercentIsOnlyWhenEveryFileHasItsName) {
  now_.bytes_done = now_.bytes;
  EXPECT_EQ(percent_of(now_), 99);
  now_.files_done = now_.files;
  EXPECT_EQ(percent_of(now_), 100);
  EXPECT_EQ(percent_of({.files = 1, .files_done = 0, .bytes = 0, .bytes_done = 0, .bytes_received = 0}), 0);
}

}  // namespace
}  // namespace musicfleet::cli
