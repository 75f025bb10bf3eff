#include "common/sha256.h"
#include "tests/coordinator/http/http_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using JobRoutes = HttpFixture;

TEST_F(JobRoutes, ASubmissionIsAcceptedWithItsJobAndPath) {
  const HttpReply reply = submit(R"({"prompt":"dark trap","seed":7,"metadata":{"order":17}})");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.header("Location"), "/v1/jobs/job_1");
  const json job = json_of(reply);
  EXPECT_EQ(job["id"], "job_1");
  EXPECT_EQ(job["state"], "queued");
  EXPECT_EQ(job["seed"], 7);
  EXPECT_EQ(job["metadata"]["order"], 17);
  EXPECT_EQ(seen([&] { return backend_.submissions.at(0).body_sha256; }),
            sha256(R"({"prompt":"dark trap","seed":7,"metadata":{"order":17}})"));
}

TEST_F(JobRoutes, TheSeedThatWasDrawnIsShown) { EXPECT_EQ(json_of(submit(kSong))["seed"], 4711); }

TEST_F(JobRoutes, TheSameIdempotencyKeyGivesTheSameJobAndSaysSo) {
  const std::vector<HttpHeader> key{{"Idempotency-Key", "order-17"}};
  const HttpReply first = submit(kSong, key), second = submit(kSong, key);
  EXPECT_EQ(first.header("Idempotent-Replayed"), "");
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(json_of(first)["id"], json_of(second)["id"]);
}

TEST_F(JobRoutes, BadInputNamesTheFieldAndChangesNothing) {
  const HttpReply reply = submit(R"({"prompt":"x","duration_seconds":0})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(detail_of(reply)["type"], "validation_error");
  EXPECT_EQ(detail_of(reply)["code"], "invalid_argument");
  EXPECT_EQ(detail_of(reply)["param"], "duration_seconds");
  EXPECT_EQ(submit(R"({"prompt":"x","tempo":1})").status, 422);
  EXPECT_EQ(submit(kSong, {{"Idempotency-Key", "a b"}}).status, 422);
  EXPECT_TRUE(seen([&] { return backend_.submissions.empty(); }));
}

TEST_F(JobRoutes, MalformedJsonIsA400WithItsOffset) {
  const HttpReply reply = submit(R"({"prompt":)");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(detail_of(reply)["code"], "malformed_json");
  EXPECT_THAT(detail_of(reply)["message"].get<std::string>(), HasSubstr("at byte 11"));
  EXPECT_EQ(submit("").status, 400);
  EXPECT_EQ(submit("{\"prompt\":\"\xff\"}").status, 400);
}

TEST_F(JobRoutes, OnlyJsonIsTaken) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    const HttpReply reply = request("POST", url("/v1/jobs"), kSong, {{"Content-Type", type}});
    EXPECT_EQ(reply.status, 415) << type;
    EXPECT_EQ(detail_of(reply)["code"], "unsupported_media_type");
  }
  EXPECT_EQ(
      request("POST", url("/v1/jobs"), kSong, {{"Content-Type", "Application/JSON; charset=utf-8"}}).status,
      202);
}

TEST_F(JobRoutes, ABodyAboveTheLimitIsRefused) {
  const HttpReply reply = submit(R"({"prompt":")" + std::string(300'000, 'x') + "\"}");
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(detail_of(reply)["code"], "too_large");
  EXPECT_THAT(detail_of(reply)["message"].get<std::string>(), HasSubstr("262144"));
  const HttpReply chunked =
      submit(R"({"prompt":")" + std::string(300'000, 'x') + "\"}", {{"Transfer-Encoding", "chunked"}});
  EXPECT_EQ(chunked.status, 413);
}

TEST_F(JobRoutes, AFullCoordinatorSaysWhenToComeBack) {
  backend_.turned_away = TurnedAway{{ErrorCode::kQuota, "too many songs"}, std::chrono::seconds(754)};
  const HttpReply quota = submit(kSong);
  EXPECT_EQ(quota.status, 429);
  EXPECT_EQ(quota.header("Retry-After"), "754");
  EXPECT_EQ(detail_of(quota)["message"], "too many songs");
  on_loop([&] { backend_.submit_error = Error{ErrorCode::kUnavailable, "the store is down"}; });
  const HttpReply down = submit(kSong);
  EXPECT_EQ(down.status, 503);
  EXPECT_NE(down.header("Retry-After"), "");
}

TEST_F(JobRoutes, BothKindsOfKeyHeaderWork) {
  EXPECT_EQ(request("GET", url("/v1/jobs"), {}, {{"Authorization", "bearer mf_good"}}, "").status, 200);
  EXPECT_EQ(request("GET", url("/v1/jobs"), {}, {{"xi-api-key", "mf_good"}}, "").status, 200);
}

TEST_F(JobRoutes, WithoutAGoodKeyNothingIsTold) {
  for (const std::vector<HttpHeader>& headers : {std::vector<HttpHeader>{},
                                                 {{"xi-api-key", "wrong"}},
                                                 {{"Authorization", "Basic mf_good"}},
                                                 {{"Authorization", "Bearer "}},
                                                 {{"Authorization", "Bearer mf_goo"}}}) {
    const HttpReply reply = request("GET", url("/v1/jobs/job_1"), {}, headers, "");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(detail_of(reply)["code"], "unauthenticated");
  }
}

TEST_F(JobRoutes, AJobOfAnotherTenantDoesNotExist) {
  submit(kSong);
  EXPECT_EQ(get("/v1/jobs/job_1").status, 200);
  EXPECT_EQ(request("GET", url("/v1/jobs/job_1"), {}, {}, kOtherTenantsKey).status, 404);
  EXPECT_EQ(request("DELETE", url("/v1/jobs/job_1"), {}, {}, kOtherTenantsKey).status, 404);
}

TEST_F(JobRoutes, ListsPagesByStateLimitAndCursor) {
  add_job("job_a", JobState::kQueued);
  add_job("job_b", JobState::kFailed);
  add_job("job_c", JobState::kFailed);
  const json all = json_of(get("/v1/jobs"));
  EXPECT_EQ(all["jobs"].size(), 3u);
  EXPECT_EQ(all["next_cursor"], nullptr);
  const json failed = json_of(get("/v1/jobs?state=failed&limit=1&cursor=a%2Fb"));
  EXPECT_EQ(failed["jobs"].size(), 1u);
  EXPECT_EQ(failed["next_cursor"], "more");
  EXPECT_EQ(seen([&] { return backend_.queries.back().cursor; }), "a/b");
}

TEST_F(JobRoutes, BadQueriesNameTheParameter) {
  const std::pair<const char*, const char*> bad[] = {
      {"/v1/jobs?state=done", "state"}, {"/v1/jobs?limit=0", "limit"},
      {"/v1/jobs?limit=201", "limit"},  {"/v1/jobs?limit=x", "limit"},
      {"/v1/jobs?limit=1.5", "limit"},  {"/v1/jobs?limit=1&limit=1", "limit"},
      {"/v1/jobs?page=2", "page"},      {"/v1/jobs/j?wait=61", "wait"},
      {"/v1/jobs/j?wait=-1", "wait"},   {"/v1/jobs/j?wait=nan", "wait"},
      {"/v1/jobs?cursor=%ff", "cursor"}};
  for (const auto& [path, param] : bad) {
    const HttpReply reply = get(path);
    EXPECT_EQ(reply.status, 422) << path;
    EXPECT_EQ(detail_of(reply)["param"], param) << path;
  }
}

TEST_F(JobRoutes, WaitingEndsWithTheJob) {
  add_job("job_1", JobState::kLeased);
  port();
  auto reply = std::async(std::launch::async, [&] { return get("/v1/jobs/job_1?wait=60"); });
  on_loop([&] { backend_.update(JobId{"job_1"}, [](Job& job) { job.progress.step = 1; }); });
  on_loop([&] { backend_.update(JobId{"job_1"}, [](Job& job) { job.state = JobState::kFailed; }); });
  EXPECT_EQ(json_of(reply.get())["state"], "failed");
}

TEST_F(JobRoutes, WaitingInVainShowsTheJobAsItIs) {
  add_job("job_1", JobState::kQueued);
  const HttpReply reply = get("/v1/jobs/job_1?wait=0.05");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(json_of(reply)["state"], "queued");
}

TEST_F(JobRoutes, CancellingAQueuedJobEndsItAndALeasedOneIsMarked) {
  add_job("job_q", JobState::kQueued);
  add_job("job_l", JobState::kLeased);
  add_job("job_s", JobState::kSucceeded);
  const HttpReply queued = request("DELETE", url("/v1/jobs/job_q"));
  EXPECT_EQ(queued.status, 200);
  EXPECT_EQ(json_of(queued)["state"], "cancelled");
  const HttpReply leased = request("DELETE", url("/v1/jobs/job_l"));
  EXPECT_EQ(leased.status, 202);
  EXPECT_EQ(json_of(leased)["cancel_requested"], true);
  EXPECT_EQ(request("DELETE", url("/v1/jobs/job_s")).status, 409);
  EXPECT_EQ(request("DELETE", url("/v1/jobs/job_x")).status, 404);
}

TEST_F(JobRoutes, EventsTellStateAndProgressUntilTheEnd) {
  add_job("job_1", JobState::kQueued);
  RawConnection connection(port());
  connection.send(
      "GET /v1/jobs/job_1/events HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\nLast-Event-ID: 9\r\n\r\n");
  EXPECT_THAT(connection.read_until("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(connection.read_until("\n\n"),
              HasSubstr("event: state\ndata: {\"id\":\"job_1\",\"state\":\"queued\""));
  EXPECT_THAT(connection.read_until("\n\n"),
              HasSubstr("event: progress\ndata: {\"stage\":\"queued\",\"step\":0"));
  on_loop([&] {
    backend_.update(JobId{"job_1"}, [](Job& job) {
      job.progress = {Stage::kDenoising, 3, 8, WallTime(std::chrono::seconds(1))};
    });
  });
  EXPECT_THAT(connection.read_until("\n\n"),
              HasSubstr("event: progress\ndata: {\"stage\":\"denoising\",\"step\":3,\"steps\":8,"
                        "\"predicted_finish\":\"1970-01-01T00:00:01.000Z\"}"));
  on_loop([&] { backend_.update(JobId{"job_1"}, [](Job& job) { job.state = JobState::kCancelled; }); });
  EXPECT_THAT(connection.read_until("\n\n"), HasSubstr("\"state\":\"cancelled\""));
  EXPECT_THAT(connection.read_until("\r\n0\r\n\r\n"), testing::Not(HasSubstr("event")));
}

TEST_F(JobRoutes, ARevokedKeyHearsOfNoFurtherChange) {
  add_job("job_1", JobState::kQueued);
  int events = 0;
  HttpClient client;
  const auto reply = client.stream_lines(
      url("/v1/jobs/job_1/events"), {{"xi-api-key", kGoodKey}}, [&](std::string_view line) {
        if (!line.starts_with("event: ")) return true;
        if (++events == 2)
          on_loop([&] {
            backend_.good_key_revoked = true;
            backend_.update(JobId{"job_1"}, [](Job& job) { job.state = JobState::kCancelled; });
          });
        return true;
      });
  EXPECT_FALSE(reply) << "the stream is broken off, not ended";
  EXPECT_EQ(events, 2) << "state and progress from before";
}

TEST_F(JobRoutes, EventsOfAnEndedJobAreItsStateAndTheEnd) {
  add_job("job_1", JobState::kFailed);
  std::vector<std::string> lines;
  HttpClient client;
  const auto reply = client.stream_lines(url("/v1/jobs/job_1/events"), {{"xi-api-key", kGoodKey}},
                                         [&](std::string_view line) {
                                           lines.emplace_back(line);
                                           return true;
                                         });
  ASSERT_TRUE(reply) << reply.error().message;
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "event: state");
  EXPECT_EQ(json::parse(lines[1].substr(6))["state"], "failed");
  EXPECT_EQ(lines[2], "");
}

TEST_F(JobRoutes, AQuietEventStreamSendsComments) {
  ApiOptions api = default_api();
  api.event_heartbeat = std::chrono::milliseconds(20);
  start({}, api);
  add_job("job_1", JobState::kQueued);
  RawConnection connection(port());
  connection.send("GET /v1/jobs/job_1/events HTTP/1.0\r\nxi-api-key: mf_good\r\n\r\n");
  connection.read_until("event: progress");
  connection.read_until("\n\n");
  EXPECT_EQ(connection.read_until("\n\n"), ": nothing new\n\n");
}

TEST_F(JobRoutes, EventsOfAnUnknownJobAreA404) { EXPECT_EQ(get("/v1/jobs/job_x/events").status, 404); }

TEST_F(JobRoutes, AnExceptionIsA500ThatTellsNothingButItsId) {
  backend_.throw_in_list = true;
  const HttpReply reply = get("/v1/jobs", {{"X-Request-Id", "trace-1"}});
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
  EXPECT_EQ(detail_of(reply)["request_id"], "trace-1");
  EXPECT_THAT(records(1).at(0).cause, HasSubstr("secret inside"));
}

}  // namespace
}  // namespace musicfleet::http
