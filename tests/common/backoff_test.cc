#include "common/backoff.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsLimitAndTakesAwayAtMostHalf) {
  const Backoff backoff{1s, 8s};
  EXPECT_EQ(backoff.delay(1, 0), 1s);
  EXPECT_EQ(backoff.delay(2, 0), 2s);
  EXPECT_EQ(backoff.delay(4, 0), 8s);
  EXPECT_EQ(backoff.delay(1'000'000, 0), 8s);
  EXPECT_EQ(backoff.delay(1, 500), 500ms);
}

TEST(SplitMix, GivesTheSequenceOfItsReference) {
  // The first outputs of the reference implementation for the seed 1234567.
  std::uint64_t state = 1234567;
  EXPECT_EQ(next_random(state), 6457827717110365317ull);
  EXPECT_EQ(next_random(state), 3203168211198807973ull);
}

}  // namespace
}  // namespace musicfleet
