#include "worker/ace_v15/prompts.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace musicfleet::ace_v15 {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json read_golden(const char* file) {
  return json::parse(std::ifstream(std::filesystem::path("tests/data/acestep/v15/golden") / file));
}

std::string text_of(const json& object, const char* key) {
  return object.contains(key) && !object[key].is_null() ? object[key].get<std::string>() : std::string();
}

TEST(Prompts, AreTheReferenceStringsOnEveryGoldenCase) {
  const json prompts = read_golden("prompts.json");
  ASSERT_GE(prompts.at("cases").size(), 10u);
  for (const json& one : prompts.at("cases")) {
    const json& input = one.at("input");
    TextPrompt prompt;
    if (input.contains("instruction")) prompt.instruction = text_of(input, "instruction");
    prompt.caption = text_of(input, "prompt");
    if (input.contains("bpm")) prompt.bpm = input["bpm"].get<int>();
    prompt.time_signature = text_of(input, "timesignature");
    prompt.key_scale = text_of(input, "keyscale");
    prompt.duration =
        std::chrono::milliseconds(std::llround(1000 * input.at("audio_duration").get<double>()));
    EXPECT_EQ(text_prompt(prompt), one.at("text").get<std::string>());
    EXPECT_EQ(lyric_prompt(text_of(input, "vocal_language"), text_of(input, "lyrics")),
              one.at("lyric").get<std::string>());
  }
}

TEST(Instructions, AreTheReferenceSentencesOfEveryGoldenCase) {
  int known = 0;
  for (const json& one : read_golden("instructions.json")) {
    const Result<Task> task = task_of(one.at("task").get<std::string>());
    if (one.at("task") == "bogus") {
      EXPECT_FALSE(task);
      continue;
    }
    ASSERT_TRUE(task) << task.error().message;
    TaskObject object;
    object.track = text_of(one, "track");
    if (one.at("classes").is_array()) object.classes = one["classes"].get<std::vector<std::string>>();
    EXPECT_EQ(instruction_of(*task, object), one.at("instruction").get<std::string>());
    ++known;
  }
  EXPECT_GE(known, 9);
}

TEST(Instructions, TasksHaveNamesAndUnknownOnesAreRefused) {
  for (const Task task :
       {Task::kText2Music, Task::kCover, Task::kRepaint, Task::kExtract, Task::kLego, Task::kComplete})
    EXPECT_EQ(task_of(name_of(task)), task);
  const Result<Task> unknown = task_of("remix");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().param, "task");
  EXPECT_THAT(unknown.error().message, HasSubstr("\"remix\""));
}

TEST(TextPrompt, EndsTheInstructionWithOneColon) {
  TextPrompt prompt;
  prompt.instruction = "Do it";
  EXPECT_THAT(text_prompt(prompt), HasSubstr("# Instruction\nDo it:\n\n"));
  prompt.instruction = "Do it:";
  EXPECT_THAT(text_prompt(prompt), HasSubstr("# Instruction\nDo it:\n\n"));
}

TEST(TextPrompt, TakesTheCaptionAsItIs) {
  TextPrompt prompt;
  prompt.caption = " {x} %s \n# Metas";
  EXPECT_THAT(text_prompt(prompt), HasSubstr("# Caption\n {x} %s \n# Metas\n\n# Metas\n"));
}

TEST(TextPrompt, WritesNotAvailableForBlankMetadata) {
  TextPrompt prompt;
  prompt.key_scale = " \t\u3000\u00a0";
  prompt.time_signature = " 4";
  EXPECT_THAT(text_prompt(prompt), HasSubstr("- bpm: N/A\n- timesignature:  4\n- keyscale: N/A\n"));
}

TEST(JobPrompt, HoldsEveryFieldOfTheJob) {
  JobSpec spec;
  spec.prompt = "dark trap";
  spec.bpm = 140;
  spec.key_scale = "F# minor";
  spec.time_signature = "4";
  spec.duration = std::chrono::milliseconds(12'999);
  EXPECT_EQ(
      text_prompt(text_prompt_of(spec)),
      "# Instruction\nFill the audio semantic mask based on the given conditions:\n\n# Caption\ndark trap\n\n"
      "# Metas\n- bpm: 140\n- timesignature: 4\n- keyscale: F# minor\n- duration: 12 "
      "seconds\n<|endoftext|>\n");
}

TEST(JobPrompt, SaysInstrumentalOnlyWhereTheJobGivesNoLyrics) {
  JobSpec spec;
  EXPECT_EQ(lyrics_of(spec), "");
  spec.instrumental = true;
  EXPECT_EQ(lyrics_of(spec), "[Instrumental]");
  spec.lyrics = "[Intro]";
  EXPECT_EQ(lyrics_of(spec), "[Intro]");
}

}  // namespace
}  // namespace musicfleet::ace_v15
