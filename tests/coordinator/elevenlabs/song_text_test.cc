#include "coordinator/elevenlabs/song_text.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

using Texts = std::vector<std::string>;

TEST(SongText, ACaptionIsTheStylesOfTheSong) {
  EXPECT_EQ(caption_of({.positive_styles = {"acoustic", " warm "}, .negative_styles = {"metal"}}),
            "acoustic, warm, no metal");
  EXPECT_EQ(caption_of({.sections = {{.positive_styles = {"pop"}}, {.positive_styles = {"pop", "loud"}}}}),
            "pop, loud");
  EXPECT_EQ(caption_of({}), "music");
}

TEST(SongText, SectionsBecomeStructureTagsWithTheirStyles) {
  const Plan plan{.sections = {{.name = "Intro", .positive_styles = {"soft"}},
                               {.name = "Verse 1", .negative_styles = {"drums"}, .lines = {"la", "lo"}}}};
  EXPECT_EQ(lyrics_of(plan), "[Intro - soft]\n\n[Verse 1 - no drums]\nla\nlo");
}

TEST(SongText, APlanWithoutLinesIsInstrumental) {
  EXPECT_EQ(lyrics_of({.sections = {{.name = "Intro"}}}), "[Instrumental]\n\n[Intro]");
}

TEST(SongText, MarksOpenSections) {
  const auto sections = sections_in("soft piano\n\n[Verse 1]\r\nla\n\nlo\n [Chorus] \nhey");
  ASSERT_EQ(sections.size(), 3u);
  EXPECT_EQ(sections[0], (Section{.lines = {"soft piano"}}));
  EXPECT_EQ(sections[1], (Section{.name = "Verse 1", .lines = {"la", "lo"}}));
  EXPECT_EQ(sections[2], (Section{.name = "Chorus", .lines = {"hey"}}));
  EXPECT_TRUE(sections_in("").empty());
  EXPECT_EQ(text_of(sections[1]), "[Verse 1]\nla\nlo");
}

TEST(SongText, APromptNamesStylesAndWhatToLeaveOut) {
  Texts positive, negative;
  add_styles("calm folk, no drums; Without vocals. northern soul,, ", positive, negative);
  EXPECT_EQ(positive, (Texts{"calm folk", "northern soul"}));
  EXPECT_EQ(negative, (Texts{"drums", "vocals"}));
}

}  // namespace
}  // namespace musicfleet::elevenlabs
