#include "coordinator/elevenlabs/compose_order.h"

#include "coordinator/elevenlabs/music_fields.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::json;

const LocalModels kModels{{"music_v2", "big"}};

json plan() {
  return json::parse(R"({"positive_global_styles":["warm"],"negative_global_styles":[],"sections":[
    {"section_name":"Verse","positive_local_styles":[],"negative_local_styles":[],"duration_ms":3001,"lines":["la"]},
    {"section_name":"Outro","positive_local_styles":[],"negative_local_styles":[],"duration_ms":4002,"lines":[]}]})");
}

ComposeOrder taken(const json& body, const http::Fields& query = {}) {
  auto order = compose_order_from(body, query, kModels);
  EXPECT_TRUE(order) << body << ": " << (order ? "" : order.error().front().message);
  return order ? *std::move(order) : ComposeOrder();
}

// The last names of the fields that are wrong.
std::vector<std::string> wrong(const json& body, const http::Fields& query = {}) {
  const auto order = compose_order_from(body, query, kModels);
  std::vector<std::string> names;
  if (!order)
    for (const FieldProblem& problem : order.error())
      names.push_back(problem.location.back().get<std::string>());
  return names;
}
using Names = std::vector<std::string>;

TEST(ComposeOrder, APromptBecomesACaptionOfTheAskedLength) {
  const ComposeOrder order = taken({{"prompt", "calm folk"}, {"music_length_ms", 3003}});
  EXPECT_EQ(order.spec.prompt, "calm folk");
  EXPECT_EQ(order.spec.lyrics, "");
  EXPECT_EQ(order.spec.duration.count(), 3003);
  EXPECT_EQ(length_of(order.plan).count(), 3003);
  EXPECT_EQ(order.spec.format, (AudioFormat{AudioContainer::kMp3, 44100, 128}));
  EXPECT_FALSE(order.seed);
  EXPECT_FALSE(order.spec.instrumental);
  EXPECT_GE(taken({{"prompt", "x"}}).spec.duration, milliseconds(kLeastLengthMs));
}

TEST(ComposeOrder, LyricsOfAPromptAreSung) {
  const ComposeOrder marked = taken({{"prompt", "calm folk\n[Verse]\nla la"}, {"music_length_ms", 9000}});
  EXPECT_EQ(marked.spec.prompt, "calm folk\n");
  EXPECT_EQ(marked.spec.lyrics, "[Verse]\nla la");
  const ComposeOrder apart =
      taken({{"prompt", "calm folk"}, {"lyrics_text", "la la"}, {"music_length_ms", 9000}});
  EXPECT_EQ(apart.spec.lyrics, "[Verse]\nla la");
}

TEST(ComposeOrder, AnInstrumentalSongHasNoLyrics) {
  const ComposeOrder order =
      taken({{"prompt", "folk\n[Verse]\nla"}, {"music_length_ms", 9000}, {"force_instrumental", true}});
  EXPECT_TRUE(order.spec.instrumental);
  EXPECT_EQ(order.spec.lyrics, "");
  EXPECT_FALSE(is_sung(order.plan));
}

TEST(ComposeOrder, TheRequestItselfIsKeptForAVendorThatUnderstandsIt) {
  const json body{{"prompt", "calm folk"}, {"music_length_ms", 3003}, {"use_phonetic_names", true}};
  const ComposeOrder order = taken(body, {{"output_format", "auto"}, {"enable_logging", "false"}});
  EXPECT_EQ(json::parse(order.vendor_order), (json{{"body", body}, {"output_format", "mp3_44100_128"}}));
  EXPECT_EQ(taken({{"prompt", "x"}, {"unknown", std::string(300 * 1024, 'x')}}).vendor_order, "");
}

TEST(ComposeOrder, AFormatThatIsNamedTwiceIsNoFormat) {
  const http::Fields twice{{"output_format", "mp3_44100_128"}, {"output_format", "mp3_44100_64"}};
  const auto order = compose_order_from({{"prompt", "x"}}, twice, kModels);
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().front().location, (json{"query", "output_format"}));
  taken({{"prompt", "x"}}, {{"unknown", "1"}, {"unknown", "2"}});
}

TEST(ComposeOrder, APlanSaysLengthCaptionAndLyrics) {
  const ComposeOrder order = taken({{"composition_plan", plan()}, {"seed", 7}, {"model_id", "music_v1"}});
  EXPECT_EQ(order.spec.duration.count(), 7003);
  EXPECT_EQ(order.spec.prompt, "warm");
  EXPECT_EQ(order.spec.lyrics, "[Verse]\nla\n\n[Outro]");
  EXPECT_EQ(order.seed, 7u);
  EXPECT_EQ(taken({{"music_prompt", plan()}}).spec, taken({{"composition_plan", plan()}}).spec);
}

TEST(ComposeOrder, ModelIdsChooseModelAndDefaultFormat) {
  const ComposeOrder order = taken({{"prompt", "x"}, {"model_id", "music_v2"}});
  EXPECT_EQ(order.spec.model, "big");
  EXPECT_EQ(order.format.name, "mp3_48000_192");
  EXPECT_EQ(taken({{"prompt", "x"}}).spec.model, "");
  EXPECT_EQ(taken({{"prompt", "x"}}, {{"output_format", "pcm_44100"}}).format.name, "pcm_44100");
}

TEST(ComposeOrder, NullsAndUnknownFieldsAreNothing) {
  const ComposeOrder order = taken({{"prompt", "x"},
                                    {"composition_plan", nullptr},
                                    {"seed", nullptr},
                                    {"x_unknown", 1},
                                    {"store_for_inpainting", true},
                                    {"sign_with_c2pa", false},
                                    {"respect_sections_durations", true},
                                    {"with_timestamps", true}},
                                   {{"enable_logging", "true"}, {"unknown", "1"}});
  EXPECT_TRUE(order.with_timestamps);
  EXPECT_FALSE(order.with_waveform);
}

TEST(ComposeOrder, RefusesFieldsThatDoNotGoTogether) {
  EXPECT_EQ(wrong({{"prompt", "x"}, {"composition_plan", plan()}}), Names{"prompt"});
  EXPECT_EQ(wrong(json::object()), Names{"prompt"});
  EXPECT_EQ(wrong({{"composition_plan", plan()}, {"music_length_ms", 7000}}), Names{"music_length_ms"});
  EXPECT_EQ(wrong({{"composition_plan", plan()}, {"force_instrumental", true}}), Names{"force_instrumental"});
  EXPECT_EQ(wrong({{"composition_plan", plan()}, {"model_id", "music_v2"}}), Names{"composition_plan"});
  EXPECT_EQ(wrong({{"prompt", "x"}, {"seed", 1}}), Names{"seed"});
  EXPECT_EQ(wrong({{"prompt", "x"}, {"lyrics_text", "la"}, {"force_instrumental", true}}),
            Names{"lyrics_text"});
}

TEST(ComposeOrder, RefusesWhatIsNotMadeHere) {
  EXPECT_EQ(wrong({{"prompt", "x"}, {"finetune_id", "f"}}), Names{"finetune_id"});
  EXPECT_EQ(wrong({{"prompt", "x"}, {"sign_with_c2pa", true}}), Names{"sign_with_c2pa"});
  EXPECT_EQ(wrong({{"prompt", "x"}, {"generation_mode", "loop"}}), Names{"generation_mode"});
  EXPECT_EQ(wrong({{"prompt", "x"}, {"model_id", "music_v999"}}), Names{"model_id"});
  EXPECT_EQ(wrong({{"prompt", "x"}}, {{"output_format", "mp3_44100_129"}}), Names{"output_format"});
}

TEST(ComposeOrder, LimitsAreInCharactersAndInclusive) {
  std::string prompt;
  for (std::size_t i = 0; i < kMostPromptCharacters; ++i) prompt += "é";
  EXPECT_EQ(wrong({{"prompt", prompt}}), Names{});
  EXPECT_EQ(wrong({{"prompt", prompt + "é"}}), Names{"prompt"});
  EXPECT_EQ(wrong({{"prompt", " \n"}}), Names{"prompt"});
  for (const int ms : {3000, 600000})
    EXPECT_EQ(wrong({{"prompt", "x"}, {"music_length_ms", ms}}), Names{}) << ms;
  for (const int ms : {2999, 600001, 0, -1, 1000000000})
    EXPECT_EQ(wrong({{"prompt", "x"}, {"music_length_ms", ms}}), Names{"music_length_ms"}) << ms;
  EXPECT_EQ(
      wrong({{"prompt", 5}, {"music_length_ms", "long"}, {"lyrics_text", 3}, {"force_instrumental", true}}),
      (Names{"prompt", "music_length_ms", "lyrics_text"}));
}

TEST(ComposeOrder, MoreTextThanTheModelTakesIsRefused) {
  json long_plan = plan();
  long_plan["sections"][0]["lines"] = std::vector<std::string>(30, std::string(200, 'l'));
  long_plan["sections"] = std::vector<json>(4, long_plan["sections"][0]);
  EXPECT_EQ(wrong({{"composition_plan", long_plan}}), Names{"composition_plan"});
}

TEST(PlanOrder, NeedsAPrompt) {
  const auto without = plan_order_from(json::object());
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().front().location, json({"body", "prompt"}));
  const auto order = plan_order_from({{"prompt", "jazz"}, {"source_composition_plan", plan()}});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->plan.positive_styles, (std::vector<std::string>{"jazz", "warm"}));
  EXPECT_EQ(plan_order_from({{"prompt", "x"}, {"model_id", "music_v2"}})->plan.generation, Generation::kV2);
  EXPECT_FALSE(
      plan_order_from({{"prompt", "x"}, {"source_composition_plan", plan()}, {"music_length_ms", 600000}}));
}

}  // namespace
}  // namespace musicfleet::elevenlabs
