// The simulation bites: each planted bug is found within the seeds of a CI run, by the promise that it
// breaks, and the same sources without a bug keep every promise in the same seeds.
#include "tests/simulation/planted_bug.h"

#include "tests/simulation/world.h"

#include <gtest/gtest.h>

namespace musicfleet::simulation {
namespace {

constexpr std::uint64_t kSeeds = 500;

class PlantedBugTest : public testing::TestWithParam<std::pair<std::string_view, dispatch::Bug>> {};

TEST_P(PlantedBugTest, IsFoundByTheSimulation) {
  const PlantedBug bug(GetParam().second);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Report report = simulate(seed);
    if (report.clean) continue;
    RecordProperty("seed", std::to_string(seed));
    RecordProperty("finding", report.finding);
    std::cout << GetParam().first << ": seed " << seed << ": " << report.finding << '\n';
    return;
  }
  FAIL() << GetParam().first << " was not found in " << kSeeds << " seeds";
}

std::string name_of_case(const testing::TestParamInfo<PlantedBugTest::ParamType>& tested) {
  std::string name;
  bool begins = true;
  for (const char letter : tested.param.first) {
    if (letter != '-') name += begins ? static_cast<char>(std::toupper(letter)) : letter;
    begins = letter == '-';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBugTest, testing::ValuesIn(planted_bugs()), name_of_case);

TEST(NoPlantedBug, TheSameSeedsAreClean) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Report report = simulate(seed);
    EXPECT_TRUE(report.clean) << seed << ": " << report.finding;
  }
}

}  // namespace
}  // namespace musicfleet::simulation
