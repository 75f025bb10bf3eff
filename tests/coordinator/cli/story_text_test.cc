#include "coordinator/cli/story_text.h"

#include "coordinator/cli/fact_text.h"
#include "coordinator/cli/wrapped_text.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace musicfleet::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

UtcTime at(const char* time) { return *parse_utc_time(time); }

json job_in(const char* state) {
  return {{"id", "job_a"},
          {"state", state},
          {"created_at", "2026-11-22T10:00:00.000Z"},
          {"tenant", "shop"},
          {"duration_seconds", 30},
          {"priority", 0},
          {"worker", "gpu-1"},
          {"epoch", 2},
          {"attempts", 2},
          {"error", nullptr}};
}

json event(const char* time, const char* kind, json detail) {
  return {{"at", time}, {"kind", kind}, {"detail", std::move(detail)}};
}

TEST(StoryText, TheStateComesFirstThenTheHistoryWithTimesSinceTheOrder) {
  json job = job_in("failed");
  job["finished_at"] = "2026-11-22T10:03:00.000Z";
  job["error"] = {{"code", "out_of_memory"}, {"message", "600 s are too long"}};
  const json story{{"job", job},
                   {"attempts", json::array({json::object(), json::object()})},
                   {"events", json::array({event("2026-11-22T10:00:00.000Z", "submitted", json::object()),
                                           event("2026-11-22T10:00:00.004Z", "leased",
                                                 {{"worker", "gpu-1"}, {"epoch", 1}, {"lease_ms", 15000}}),
                                           event("2026-11-22T10:02:05.000Z", "attempt_ended",
                                                 {{"worker", "gpu-1"},
                                                  {"outcome", "failed"},
                                                  {"ran_ms", 124996},
                                                  {"step", 3},
                                                  {"steps", 8},
                                                  {"code", "out_of_memory"},
                                                  {"message", "no"},
                                                  {"epoch", 1}})})}};
  EXPECT_EQ(
      story_text(story, at("2026-11-22T12:04:00.000Z"), 0),
      "job_a has failed 2 h 1 min ago\n"
      "  ordered   2026-11-22 10:00:00 (2 h 4 min ago) by tenant shop: 30 s of music, any model, priority 0\n"
      "  leases    2 so far, the last to gpu-1; epoch 2, 2 count as attempts\n"
      "  error     out_of_memory: 600 s are too long\n"
      "  next      nothing more happens by itself; `musicfleet jobs requeue job_a` puts it back into the "
      "queue\n"
      "\n"
      "2026-11-22 10:00:00  +0 ms        submitted\n"
      "2026-11-22 10:00:00  +4 ms        leased         to gpu-1; epoch 1, lease 15 s\n"
      "2026-11-22 10:02:05  +2 min 5 s   attempt_ended  on gpu-1 failed after 2 min 4 s at step 3/8; "
      "out_of_memory: no; epoch 1\n");
}

TEST(StoryText, AJobThatRestsSaysForHowLong) {
  const json story{
      {"job", job_in("queued")},
      {"events", json::array({event("2026-11-22T10:00:10.000Z", "requeued", {{"rest_ms", 5000}})})}};
  EXPECT_THAT(story_text(story, at("2026-11-22T10:00:12.000Z"), 0), HasSubstr("ends in 3 s"));
  EXPECT_THAT(story_text(story, at("2026-11-22T10:00:16.000Z"), 0), HasSubstr("has to be free"));
}

TEST(StoryText, AJobThatNobodyCanTakeSaysWhy) {
  const json story{
      {"job", job_in("queued")},
      {"events", json::array({event("2026-11-22T10:00:10.000Z", "waiting",
                                    {{"reason", "no worker has the model"}, {"model", "xl"}})})}};
  EXPECT_THAT(story_text(story, at("2026-11-22T10:00:12.000Z"), 0),
              HasSubstr("  waits for no worker has the model; model xl\n"));
}

TEST(StoryText, LinesFitTheTerminalAndGoOnBelowTheirText) {
  json job = job_in("failed");
  job["error"] = {
      {"code", "internal"},
      {"message", std::string("many words ") + std::string(60, 'x') + " and more of them to come"}};
  const std::string text = story_text({{"job", job}}, at("2026-11-22T10:00:12.000Z"), 60);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("xxx") == std::string::npos) {
      EXPECT_LE(line.size(), 60u) << line;
    }
  }
  EXPECT_THAT(text, HasSubstr("\n            and more"));
}

TEST(StoryText, NothingInAStorySteersTheTerminal) {
  json job = job_in("failed");
  job["error"] = {{"code", "internal"}, {"message", "\x1b[2J"}};
  const json story{{"job", job}, {"events", json::array({event("\x1b", "odd\x1b", {{"a\n", "\x07"}})})}};
  const std::string text = story_text(story, at("2026-11-22T10:00:12.000Z"), 80);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
}

TEST(StoryText, WhatIsNoStoryBreaksNothing) {
  for (const json& odd : {json(), json::array({1}), json{{"job", 7}, {"events", {{"at", 3}}}}})
    EXPECT_FALSE(story_text(odd, UtcTime{}, 80).empty());
}

TEST(EventTextTest, AnUnknownKindIsShownWithAllThatItSays) {
  const EventText told = event_text(
      "brand_new",
      {{"size_bytes", 1500}, {"ratio", 0.25}, {"ok", true}, {"nested", {{"a", 1}}}, {"list", {1, 2}}});
  EXPECT_EQ(told.text, "list 1, 2, nested (a 1), ok yes, ratio 0.25, size 1.5 kB");
}

TEST(EventTextTest, CandidatesAreItemsWithTheirObstacles) {
  const EventText told =
      event_text("leased", {{"worker", "gpu-1"},
                            {"reason", "free and fastest"},
                            {"candidates", json::array({{{"worker", "gpu-2"}, {"obstacle", "draining"}},
                                                        {{"worker", "gpu-1"}, {"speed", 12.5}}})}});
  EXPECT_EQ(told.text, "to gpu-1: free and fastest");
  EXPECT_THAT(told.items, ElementsAre("gpu-2: draining", "gpu-1; speed 12.5"));
}

TEST(WrappedText, AWordThatIsTooLongKeepsItsLine) {
  EXPECT_EQ(wrapped("a " + std::string(40, 'b') + " c", {"> ", "  "}, 30),
            "> a\n  " + std::string(40, 'b') + "\n  c\n");
}

TEST(SpanText, IsAsFineAsItIsLong) {
  using namespace std::chrono_literals;
  EXPECT_EQ(span_text(4ms), "4 ms");
  EXPECT_EQ(span_text(1500ms), "1.5 s");
  EXPECT_EQ(span_text(15s), "15 s");
  EXPECT_EQ(span_text(125s), "2 min 5 s");
  EXPECT_EQ(span_text(2h + 3min), "2 h 3 min");
  EXPECT_EQ(span_text(76h), "3 d 4 h");
}

}  // namespace
}  // namespace musicfleet::cli
