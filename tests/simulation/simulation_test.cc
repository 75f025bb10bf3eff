// The clean code keeps its promises in every seed. A failing seed prints how it is replayed.
#include "coordinator/dispatch/planted_bug.h"
#include "tests/simulation/world.h"

#include <gtest/gtest.h>

namespace musicfleet::simulation {
namespace {

constexpr std::uint64_t kSeedsABlock = 125;

static_assert(!dispatch::planted(dispatch::Bug::kReuseEpoch),
              "what is shipped has no switch for planted bugs");

class SimulationTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SimulationTest, KeepsItsPromisesWhateverHappens) {
  for (std::uint64_t i = 0; i < kSeedsABlock; ++i) {
    const std::uint64_t seed = GetParam() * kSeedsABlock + i + 1;
    const Report report = simulate(seed);
    EXPECT_TRUE(report.clean) << report.finding << "\nReplay it alone: script/bench simulate --seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Blocks, SimulationTest, testing::Range<std::uint64_t>(0, 4));

TEST(SimulationTest, ASeedIsTheSameRunEachTime) {
  const Report first = simulate(7, 1'000'000);
  const Report second = simulate(7, 1'000'000);
  EXPECT_GT(first.trace.size(), 100u);
  EXPECT_EQ(first.trace, second.trace);
  EXPECT_NE(first.trace, simulate(8, 1'000'000).trace);
}

}  // namespace
}  // namespace musicfleet::simulation
