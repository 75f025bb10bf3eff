#include "coordinator/elevenlabs/plan_json.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::json;

json sections_plan() {
  return json::parse(R"({"positive_global_styles":["warm"],"negative_global_styles":[],"sections":[
    {"section_name":"Verse","positive_local_styles":[],"negative_local_styles":["drums"],"duration_ms":3000,"lines":["la"]}]})");
}

// The fields, as "sections.0.lines missing", that are wrong with a plan.
std::vector<std::string> problems_of(const json& plan, Generation generation = Generation::kV1) {
  const auto read = plan_from(plan, generation, json::array());
  std::vector<std::string> found;
  if (read) return found;
  for (const FieldProblem& problem : read.error()) {
    std::string path;
    for (const json& step : problem.location)
      path += (path.empty() ? "" : ".") + (step.is_string() ? step.get<std::string>() : step.dump());
    found.push_back(path + " " + problem.type);
  }
  return found;
}
using Problems = std::vector<std::string>;

template <class Value>
json with(const char* name, Value value) {
  json plan = sections_plan();
  plan["sections"][0][name] = value;
  return plan;
}

TEST(PlanJson, ReadsSectionsAndWritesThemBack) {
  const auto plan = plan_from(sections_plan(), Generation::kV1, json::array());
  ASSERT_TRUE(plan);
  EXPECT_EQ(
      plan->sections.front(),
      (Section{
          .name = "Verse", .negative_styles = {"drums"}, .duration = milliseconds(3000), .lines = {"la"}}));
  EXPECT_EQ(json(to_json(*plan)), sections_plan());
}

TEST(PlanJson, ReadsChunksAndWritesThemBack) {
  const json chunks = json::parse(
      R"({"chunks":[{"text":"[Verse]\nla","duration_ms":3000,"positive_styles":["pop"],"negative_styles":[]}]})");
  const auto plan = plan_from(chunks, Generation::kV2, json::array());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->sections.front().name, "Verse");
  EXPECT_EQ(plan->sections.front().lines, std::vector<std::string>{"la"});
  EXPECT_EQ(json(to_json(*plan)), chunks);
}

TEST(PlanJson, NamesEveryFieldBeyondItsLimit) {
  EXPECT_EQ(problems_of(with("duration_ms", 2999)), Problems{"sections.0.duration_ms greater_than_equal"});
  EXPECT_EQ(problems_of(with("duration_ms", 120001)), Problems{"sections.0.duration_ms less_than_equal"});
  EXPECT_EQ(problems_of(with("section_name", "")), Problems{"sections.0.section_name string_too_short"});
  EXPECT_EQ(problems_of(with("section_name", std::string(101, 'n'))),
            Problems{"sections.0.section_name string_too_long"});
  EXPECT_EQ(problems_of(with("lines", std::vector<std::string>(31, "la"))),
            Problems{"sections.0.lines too_long"});
  EXPECT_EQ(problems_of(with("lines", json::array({"la", std::string(201, 'l')}))),
            Problems{"sections.0.lines.1 string_too_long"});
  EXPECT_EQ(problems_of(with("lines", json())), Problems{"sections.0.lines missing"});
  EXPECT_EQ(problems_of(with("lines", "la")), Problems{"sections.0.lines list_type"});
  json plan = sections_plan();
  plan["sections"] = std::vector<json>(31, plan["sections"][0]);
  EXPECT_EQ(problems_of(plan), Problems{"sections too_long"});
  plan["sections"] = json::array();
  EXPECT_EQ(problems_of(plan), Problems{"sections too_short"});
  plan = sections_plan();
  plan["positive_global_styles"] = std::vector<std::string>(51, "s");
  EXPECT_EQ(problems_of(plan), Problems{"positive_global_styles too_long"});
}

TEST(PlanJson, CountsCharactersNotBytes) {
  std::string name, line;
  for (int i = 0; i < 100; ++i) name += "é";
  for (int i = 0; i < 200; ++i) line += "🎹";
  EXPECT_EQ(problems_of(with("section_name", name)), Problems{});
  EXPECT_EQ(problems_of(with("lines", json::array({line}))), Problems{});
}

TEST(PlanJson, ADurationMayNotBeLongerThanASong) {
  json plan = sections_plan();
  plan["sections"][0]["duration_ms"] = 120000;
  plan["sections"] = std::vector<json>(6, plan["sections"][0]);
  EXPECT_EQ(problems_of(plan), Problems{"sections value_error"});
}

TEST(PlanJson, APlanIsForItsOwnGenerationAndFromTextOnly) {
  EXPECT_EQ(problems_of(sections_plan(), Generation::kV2), Problems{" value_error"});
  EXPECT_EQ(problems_of(json{{"chunks", json::array()}}), Problems{" value_error"});
  EXPECT_EQ(problems_of(with("source_from", json{{"song_id", "x"}})),
            Problems{"sections.0.source_from value_error"});
  const json audio{{"chunks", {{{"song_id", "x"}}}}};
  EXPECT_EQ(problems_of(audio, Generation::kV2), Problems{"chunks.0.song_id value_error"});
}

TEST(PlanJson, LinesOfAChunkHaveTheLimitsOfLines) {
  std::string text = "[Verse]";
  for (int i = 0; i < 31; ++i) text += "\nla";
  json chunk{{"text", text}, {"duration_ms", 3000}, {"positive_styles", json::array()}};
  EXPECT_EQ(problems_of({{"chunks", {chunk}}}, Generation::kV2), Problems{"chunks.0.text value_error"});
  chunk["text"] = std::string(201, 'x');
  EXPECT_EQ(problems_of({{"chunks", {chunk}}}, Generation::kV2), Problems{"chunks.0.text value_error"});
}

}  // namespace
}  // namespace musicfleet::elevenlabs
