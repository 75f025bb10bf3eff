#include "coordinator/elevenlabs/refusal.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

using http::FieldKind;
using http::FieldRule;
using nlohmann::json;

constexpr FieldRule kRules[] = {{.name = "text", .required = true, .most_characters = 3},
                                {.name = "number", .kind = FieldKind::kInteger, .least = 1, .most = 9},
                                {.name = "flag", .kind = FieldKind::kBoolean},
                                {.name = "list", .kind = FieldKind::kStringList, .most_items = 2}};

json detail_of(const json& object) {
  FieldProblems problems;
  check_members(kRules, object, json::array({"body"}), problems);
  return json::parse(field_refusal(problems).body)["detail"];
}

TEST(FieldProblem, NullIsAbsenceAndUnknownMembersMeanNothing) {
  EXPECT_EQ(detail_of({{"text", "äöü"}, {"number", nullptr}, {"else", {1, 2}}}), json::array());
  EXPECT_EQ(detail_of({{"text", nullptr}}),
            json::parse(R"([{"loc":["body","text"],"msg":"Field required","type":"missing"}])"));
}

TEST(FieldProblem, ToldAllAtOnceWithWhereTheyAre) {
  const json detail = detail_of({{"text", "four"}, {"number", 10}, {"flag", 1}, {"list", {"a", 2}}});
  ASSERT_EQ(detail.size(), 4u);
  EXPECT_EQ(detail[0]["type"], "string_too_long");
  EXPECT_EQ(detail[1]["msg"], "Input should be less than or equal to 9");
  EXPECT_EQ(detail[2]["loc"], json({"body", "flag"}));
  EXPECT_EQ(detail[3]["loc"], json({"body", "list", 1}));
}

TEST(FieldProblem, AnIntegerHasNoFraction) {
  EXPECT_EQ(detail_of({{"text", "x"}, {"number", 3.0}}), json::array());
  EXPECT_EQ(detail_of({{"text", "x"}, {"number", 3.5}})[0]["type"], "int_type");
  EXPECT_EQ(detail_of({{"text", "x"}, {"number", "3"}})[0]["type"], "int_type");
}

TEST(Refusal, SpeaksTheVendorsWords) {
  const auto detail = [](const http::HttpResponse& response) { return json::parse(response.body)["detail"]; };
  const auto key = error_refusal({ErrorCode::kUnauthenticated, "no"}, "req_1");
  EXPECT_EQ(key.status, 401);
  EXPECT_EQ(detail(key)["status"], "invalid_api_key");
  EXPECT_EQ(detail(key)["code"], "invalid_api_key");
  const auto busy = error_refusal({ErrorCode::kQuota, "full"}, "req_1");
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(detail(busy)["code"], "system_busy");
  EXPECT_EQ(*http::find_field(busy.headers, "Retry-After"), "30");
  const auto field = error_refusal({ErrorCode::kInvalidArgument, "is wrong", "lyrics"}, "req_1");
  EXPECT_EQ(field.status, 422);
  EXPECT_EQ(detail(field)[0]["loc"], json({"body", "lyrics"}));
  const auto denied = prompt_refusal("no", "something else", "req_1");
  EXPECT_EQ(denied.status, 400);
  EXPECT_EQ(detail(denied)["status"], "bad_prompt");
  EXPECT_EQ(detail(denied)["data"]["prompt_suggestion"], "something else");
  EXPECT_FALSE(detail(prompt_refusal("no", nullptr, "req_1")).contains("data"));
  EXPECT_EQ(detail(plan_refusal("no", json{{"chunks", json::array()}}, "req_1"))["data"],
            (json{{"composition_plan_suggestion", {{"chunks", json::array()}}}}));
}

}  // namespace
}  // namespace musicfleet::elevenlabs
