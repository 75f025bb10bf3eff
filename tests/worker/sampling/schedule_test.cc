#include "worker/sampling/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::sampling {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

TEST(Schedule, WithoutAShiftIsEven) {
  EXPECT_THAT(shifted_schedule(4, 1.0).sigmas,
              ElementsAre(FloatEq(1), FloatEq(0.75F), FloatEq(0.5F), FloatEq(0.25F), FloatEq(0)));
}

TEST(Schedule, AShiftSpendsMoreStepsInTheNoise) {
  EXPECT_THAT(shifted_schedule(4, 3.0).sigmas,
              ElementsAre(FloatEq(1), FloatEq(0.9F), FloatEq(0.75F), FloatEq(0.5F), FloatEq(0)));
}

TEST(Schedule, OneStepGoesAllTheWay) {
  EXPECT_THAT(shifted_schedule(1, 3.0).sigmas, ElementsAre(FloatEq(1), FloatEq(0)));
}

TEST(Schedule, ACustomOneGetsItsEnd) {
  const Schedule schedule = custom_schedule({1.0F, 0.5F});
  EXPECT_THAT(schedule.sigmas, ElementsAre(FloatEq(1), FloatEq(0.5F), FloatEq(0)));
  EXPECT_EQ(schedule.steps(), 2);
}

}  // namespace
}  // namespace musicfleet::sampling
