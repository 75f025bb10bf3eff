#include "common/ids.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

TEST(Ulid, SpellsTimeThenRandomnessInBase32) {
  EXPECT_EQ(make_ulid(0, 0, 0), "00000000000000000000000000");
  // The example of the ULID specification: 1469918176385 ms is 01ARYZ6S41.
  EXPECT_EQ(make_ulid(1469918176385, 0, 0).substr(0, 10), "01ARYZ6S41");
  EXPECT_EQ(make_ulid((1ull << 48) - 1, 0xFFFF, ~0ull), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
}

TEST(Ulid, SortsByTime) { EXPECT_LT(make_ulid(1000, 0xFFFF, ~0ull), make_ulid(1001, 0, 0)); }

}  // namespace
}  // namespace musicfleet
