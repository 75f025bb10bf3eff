#include "tests/coordinator/http/http_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::http {
namespace {

using nlohmann::json;

class AdminOverviewRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& method, const std::string& path, const std::string& body = {}) {
    return request(method, admin_url(path), body, {{"Content-Type", "application/json"}}, kAdminKey);
  }
};

TEST_F(AdminOverviewRoutesTest, WhileTheIntakeIsPausedSubmissionsAreRefusedAndNothingElse) {
  add_job("job_1", JobState::kQueued);
  const HttpReply paused = admin("POST", "/admin/v1/intake", R"({"paused":true,"reason":"new disk"})");
  EXPECT_EQ(json_of(paused),
            json({{"paused", true}, {"since", "1970-01-01T00:00:01.000Z"}, {"reason", "new disk"}}));
  EXPECT_THAT(seen([&] { return intake_.orders; }),
              ::testing::ElementsAre(::testing::EndsWith(" pause new disk")));
  const HttpReply refused = submit(kSong);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "30");
  EXPECT_EQ(detail_of(refused)["code"], "intake_paused");
  EXPECT_EQ(refused.body.find("new disk"), std::string::npos);
  EXPECT_TRUE(seen([&] { return backend_.submissions.empty(); }));
  EXPECT_EQ(get("/v1/jobs/job_1").status, 200);

  EXPECT_EQ(json_of(admin("POST", "/admin/v1/intake", R"({"paused":false})"))["since"], nullptr);
  EXPECT_EQ(submit(kSong).status, 202);
}

TEST_F(AdminOverviewRoutesTest, AnOrderThatSaysNothingIsRefused) {
  EXPECT_EQ(detail_of(admin("POST", "/admin/v1/intake", "{}"))["param"], "paused");
  EXPECT_EQ(detail_of(admin("POST", "/admin/v1/intake", R"({"paused":"yes"})"))["param"], "paused");
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/intake"))["paused"], false);
}

TEST_F(AdminOverviewRoutesTest, AreForTheAdminKeyOnly) {
  for (const char* path : {"/admin/v1/overview", "/admin/v1/intake"})
    EXPECT_EQ(request("GET", admin_url(path), {}, {}, kGoodKey).status, 401) << path;
}

TEST_F(AdminOverviewRoutesTest, TheOverviewHasQueueThroughputFailuresAndStore) {
  on_loop([&] {
    Overview& o = overview_.answer;
    o.tenants[TenantId{"shop"}] = {3, 1};
    o.tenants[TenantId{"app"}] = {2, 0};
    o.ended = {{1, 4, 2, 0}};
    o.failures = {{JobId{"job_9"}, WorkerId{"gpu-1"}, WallTime{}, Error{ErrorCode::kInternal, "broke"}}};
    o.workers.emplace_back().name = WorkerId{"gpu-1"};
    o.speeds[WorkerId{"gpu-1"}] = 12.5;
    o.store_ok = true;
    o.commit_time = std::chrono::microseconds(1500);
  });
  const json overview = json_of(admin("GET", "/admin/v1/overview"));
  EXPECT_EQ(overview["queued"], 5);
  EXPECT_EQ(overview["leased"], 1);
  EXPECT_EQ(overview["tenants"][1], json({{"tenant", "shop"}, {"queued", 3}, {"leased", 1}}));
  EXPECT_EQ(overview["ended"][0]["succeeded"], 4);
  EXPECT_EQ(overview["failures"][0]["error"]["message"], "broke");
  EXPECT_EQ(overview["workers"][0]["name"], "gpu-1");
  EXPECT_EQ(overview["speeds"][0]["realtime"], 12.5);
  EXPECT_EQ(overview["store"], json({{"ok", true}, {"commit_ms", 1.5}}));
}

}  // namespace
}  // namespace musicfleet::http
