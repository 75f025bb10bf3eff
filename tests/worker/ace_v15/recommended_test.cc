// The engine's defaults are what the table of published checkpoints recommends.

#include "worker/ace_v15/recommended.h"

#include "common/hub/published_models.h"

#include <gtest/gtest.h>

namespace musicfleet::ace_v15 {
namespace {

TEST(Recommended, TheEngineAndTheTableOfPublishedModelsAgree) {
  ASSERT_FALSE(published_models().empty());
  for (const PublishedModel& model : published_models()) {
    const Recommended engine = recommended_for(model.variant == "turbo");
    EXPECT_EQ(engine.steps, model.steps) << model.name;
    EXPECT_EQ(engine.shift, model.shift) << model.name;
    EXPECT_EQ(engine.guidance, model.guidance) << model.name;
  }
}

}  // namespace
}  // namespace musicfleet::ace_v15
