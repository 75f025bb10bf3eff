#include "coordinator/elevenlabs/plan_writer.h"

#include "coordinator/elevenlabs/plan_json.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

TEST(PlanWriter, EveryLengthAddsUpAndItsPlanIsTakenBack) {
  for (int ms = 3'000; ms <= 600'000; ms += 977)
    for (const Generation generation : {Generation::kV1, Generation::kV2}) {
      const Plan plan = write_plan("calm folk, no drums", milliseconds(ms), generation);
      ASSERT_EQ(length_of(plan).count(), ms);
      const auto back = plan_from(nlohmann::json(to_json(plan)), generation, nlohmann::json::array());
      ASSERT_TRUE(back) << ms << ": " << back.error().front().message;
      ASSERT_EQ(*back, plan) << ms;
    }
  EXPECT_EQ(length_of(write_plan("x", milliseconds(600'000), Generation::kV1)).count(), 600'000);
}

TEST(PlanWriter, ALongSongHasAForm) {
  std::vector<std::string> names;
  for (const Section& section : write_plan("x", milliseconds(160'000), Generation::kV1).sections)
    names.push_back(section.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Intro", "Verse 1", "Chorus", "Verse 2", "Chorus", "Bridge",
                                             "Chorus", "Outro"}));
}

TEST(PlanWriter, WhatAPromptMarksIsSung) {
  const Plan plan = write_plan("soft piano, no drums\n[Verse]\nla la\n[Chorus]\nhey", milliseconds(10'001),
                               Generation::kV1);
  EXPECT_EQ(plan.positive_styles, std::vector<std::string>{"soft piano"});
  EXPECT_EQ(plan.negative_styles, std::vector<std::string>{"drums"});
  ASSERT_EQ(plan.sections.size(), 2u);
  EXPECT_EQ(plan.sections[1], (Section{.name = "Chorus", .duration = milliseconds(5'001), .lines = {"hey"}}));
}

TEST(PlanWriter, ASourcePlanKeepsItsSectionsAndIsStretched) {
  const Plan source{.positive_styles = {"folk"},
                    .sections = {{.name = "A", .duration = milliseconds(3'000)},
                                 {.name = "B", .duration = milliseconds(6'000)}}};
  const auto changed = rewrite_plan(source, "jazz, no drums", milliseconds(20'000));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->positive_styles, (std::vector<std::string>{"jazz", "folk"}));
  EXPECT_EQ(changed->negative_styles, std::vector<std::string>{"drums"});
  EXPECT_EQ(length_of(*changed).count(), 20'000);
  EXPECT_EQ(rewrite_plan(source, "jazz", std::nullopt)->sections, source.sections);
  EXPECT_FALSE(rewrite_plan(source, "jazz", milliseconds(600'000)));
}

}  // namespace
}  // namespace musicfleet::elevenlabs
