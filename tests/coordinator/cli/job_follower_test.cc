#include "coordinator/cli/job_follower.h"

#include "tests/support/scripted_http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::cli {
namespace {

using namespace std::chrono_literals;
using ::musicfleet::testing::ScriptedHttpServer;
using ::musicfleet::testing::ScriptedReply;
using ::musicfleet::testing::ScriptedRequest;
using ::testing::ElementsAre;

constexpr FollowOptions kImpatient{.first_retry = 1ms, .longest_retry = 2ms, .patience = 60s};

ScriptedReply job(const std::string& state) {
  return {.body = R"({"id":"j","state":")" + state +
                  R"(","seed":7,"progress":{"stage":"denoising","step":1,"steps":8}})"};
}

ScriptedReply events(const std::string& text, std::size_t missing = 0) {
  return {.content_type = "text/event-stream", .body = text, .missing_bytes = missing};
}

bool is_stream(const ScriptedRequest& request) { return request.target == "/v1/jobs/j/events"; }

// Follows job j and notes each step that it hears of.
struct Following {
  explicit Following(const ScriptedHttpServer& server) : api({server.url(), "k"}) {}

  Result<JobView> run(std::stop_token stop = {}, const FollowOptions& how = kImpatient) {
    return JobFollower(api, how).follow(
        "j", [this](const JobView& now) { steps.push_back(now.step); }, std::move(stop));
  }

  ApiClient api;
  std::vector<int> steps;
};

TEST(JobFollower, TheStreamTellsTheStepsAndTheEnd) {
  bool ended = false;
  ScriptedHttpServer server([&](const ScriptedRequest& request) {
    if (!is_stream(request)) return job(ended ? "succeeded" : "leased");
    ended = true;
    return events(
        "event: progress\ndata: {\"stage\":\"denoising\",\"step\":2,\"steps\":8}\n\n"
        ": nothing new\n\n"
        "event: progress\ndata: {\"stage\":\"denoising\",\"step\":3,\"steps\":8}\n\n"
        "event: state\ndata: {\"state\":\"succeeded\",\"worker\":\"w\"}\n\n");
  });
  Following following(server);
  const auto end = following.run();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->state, "succeeded");
  EXPECT_THAT(following.steps, ElementsAre(1, 2, 3));
  EXPECT_THAT(server.requests(), ElementsAre("GET /v1/jobs/j", "GET /v1/jobs/j/events", "GET /v1/jobs/j"));
}

TEST(JobFollower, AStreamThatBreaksOffIsTakenUpAgain) {
  int streams = 0;
  ScriptedHttpServer server([&](const ScriptedRequest& request) {
    if (!is_stream(request)) return job(streams >= 2 ? "failed" : "leased");
    ++streams;
    return streams == 1 ? events("event: progress\ndata: {\"step\":2,\"steps\":8}\n\n", 10)
                        : events("event: state\ndata: {\"state\":\"failed\"}\n\n");
  });
  Following following(server);
  const auto end = following.run();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->state, "failed");
  EXPECT_EQ(streams, 2);
}

TEST(JobFollower, ACoordinatorThatIsAwayForAWhileIsWaitedFor) {
  int asked = 0;
  ScriptedHttpServer server([&](const ScriptedRequest& request) {
    if (is_stream(request)) return ScriptedReply{.status = 503};
    return ++asked < 4 ? ScriptedReply{.status = 503} : job("succeeded");
  });
  const auto end = Following(server).run();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->state, "succeeded");
}

TEST(JobFollower, WhereAProxySpoilsTheStreamItPolls) {
  for (const ScriptedReply& spoiled : {ScriptedReply{.content_type = "text/html", .body = "<html>"},
                                       ScriptedReply{.status = 500, .body = "no"}}) {
    int asked = 0;
    ScriptedHttpServer server([&](const ScriptedRequest& request) {
      return is_stream(request) ? spoiled : job(++asked < 3 ? "leased" : "succeeded");
    });
    ASSERT_TRUE(Following(server).run());
    EXPECT_THAT(server.requests(), ElementsAre("GET /v1/jobs/j", "GET /v1/jobs/j/events",
                                               "GET /v1/jobs/j?wait=30", "GET /v1/jobs/j?wait=30"));
  }
}

TEST(JobFollower, ASilentCoordinatorIsGivenUpInTheEndAndTheJobIsNamed) {
  ScriptedHttpServer server([](const ScriptedRequest&) { return ScriptedReply{.status = 503}; });
  FollowOptions how = kImpatient;
  how.patience = 50ms;
  const auto end = Following(server).run({}, how);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(end.error().message.find("musicfleet jobs show j"), std::string::npos);
}

TEST(JobFollower, ARefusalIsFinal) {
  ScriptedHttpServer server([](const ScriptedRequest&) {
    return ScriptedReply{.status = 404,
                         .body = R"({"detail":{"code":"not_found","message":"there is no job j"}})"};
  });
  const auto end = Following(server).run();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(JobFollower, AStopRequestEndsIt) {
  std::stop_source stop;
  ScriptedHttpServer server([&](const ScriptedRequest& request) {
    if (is_stream(request)) stop.request_stop();
    return is_stream(request) ? events("") : job("leased");
  });
  const auto end = Following(server).run(stop.get_token());
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kCancelled);
}

TEST(JobFollower, WhatIsNoJobIsSaidToBeNone) {
  ScriptedHttpServer server([](const ScriptedRequest&) { return ScriptedReply{.body = "[1]"}; });
  const auto end = Following(server).run();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace musicfleet::cli
