#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

using nlohmann::json;

const std::string kPublicKey(40, 'A');

class AdminRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& method, const std::string& path, const std::string& body = {}) {
    return request(method, admin_url(path), body, {{"Content-Type", "application/json"}}, kAdminKey);
  }
};

TEST_F(AdminRoutesTest, NeedsTheAdminKey) {
  for (const char* path : {"/admin/v1/keys", "/admin/v1/workers", "/admin/v1/jobs", "/admin/v1/jobs/job_1",
                           "/admin/v1/jobs/job_1/story", "/admin/v1/workers/gpu-1"}) {
    EXPECT_EQ(request("GET", admin_url(path), {}, {}, "").status, 401) << path;
    EXPECT_EQ(request("GET", admin_url(path), {}, {}, kGoodKey).status, 401) << path;
  }
}

TEST_F(AdminRoutesTest, WorkersAreAddedListedAndRevoked) {
  const std::string body = json{{"name", "gpu-1"}, {"public_key", kPublicKey}}.dump();
  EXPECT_EQ(admin("POST", "/admin/v1/workers", body).status, 201);
  EXPECT_EQ(admin("POST", "/admin/v1/workers", body).status, 409);
  on_loop([&] {
    WorkerInfo& worker = backend_.worker_list.at(0);
    worker.connected = true;
    worker.models = {{"turbo", "ace_v15", "turbo"}};
    worker.running = {{Lease{JobId{"job_1"}, 2}, Stage::kDenoising, 3, 8}};
  });
  const json worker = json_of(admin("GET", "/admin/v1/workers"))["workers"][0];
  EXPECT_EQ(worker["name"], "gpu-1");
  EXPECT_EQ(worker["connected"], true);
  EXPECT_EQ(worker["models"][0]["family"], "ace_v15");
  EXPECT_EQ(worker["running"][0]["stage"], "denoising");
  EXPECT_EQ(admin("DELETE", "/admin/v1/workers/gpu-1").status, 204);
  EXPECT_EQ(admin("DELETE", "/admin/v1/workers/gpu-2").status, 404);
}

TEST_F(AdminRoutesTest, AWorkersKeysAreAddedListedAndRevoked) {
  const std::string slashed = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
  const json body{{"public_key", slashed},
                  {"valid_after_seconds", 60},
                  {"expires_after_seconds", 3600},
                  {"overlap_seconds", 86'400}};
  EXPECT_EQ(admin("POST", "/admin/v1/workers/gpu-1/keys", body.dump()).status, 201);
  const auto order = seen([&] { return worker_keys_.orders.at(0); });
  EXPECT_EQ(order.valid_after, std::chrono::minutes(1));
  EXPECT_EQ(order.lifetime, std::chrono::hours(1));
  EXPECT_EQ(seen([&] { return worker_keys_.overlaps.at(0); }), std::chrono::hours(24));
  const json key = json_of(admin("GET", "/admin/v1/workers/gpu-1/keys"))["keys"][0];
  EXPECT_EQ(key["public_key"], slashed);
  EXPECT_EQ(key["expires_at"], nullptr);
  EXPECT_EQ(admin("DELETE",
                  "/admin/v1/workers/gpu-1/keys/rq%3ArM%3E%7DU%3F%40Lns47E1%25kR.o%40n%25FcmmsL%2F"
                  "%40%7BH8%5Dyf7")
                .status,
            204);
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/workers/gpu-1/keys"))["keys"][0]["revoked"], true);
  EXPECT_EQ(admin("GET", "/admin/v1/workers/gpu-9/keys").status, 404);
  EXPECT_EQ(detail_of(admin("POST", "/admin/v1/workers/gpu-1/keys", R"({"public_key":"short"})"))["param"],
            "public_key");
  const json endless{{"public_key", slashed}, {"overlap_seconds", -1}};
  EXPECT_EQ(detail_of(admin("POST", "/admin/v1/workers/gpu-1/keys", endless.dump()))["param"],
            "overlap_seconds");
}

TEST_F(AdminRoutesTest, BadInputNamesTheField) {
  const std::pair<std::string, const char*> bad[] = {
      {"{}", "name"},
      {R"({"name":"gpu 1","public_key":"x"})", "name"},
      {R"({"name":"","public_key":"x"})", "name"},
      {R"({"name":"gpu-1"})", "public_key"},
      {R"({"name":"gpu-1","public_key":"short"})", "public_key"},
      {R"({"name":"gpu-1","public_key":")" + std::string(40, '~') + "\"}", "public_key"},
      {R"({"name":"gpu-1","public_key":7})", "public_key"},
      {R"({"name":"gpu-1","key":"x"})", "key"}};
  for (const auto& [body, param] : bad) {
    const HttpReply reply = admin("POST", "/admin/v1/workers", body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_EQ(detail_of(reply)["param"], param) << body;
  }
  EXPECT_TRUE(seen([&] { return backend_.worker_list.empty(); }));
}

TEST_F(AdminRoutesTest, SeesAndCancelsJobsOfEveryTenant) {
  add_job("job_1", JobState::kQueued);
  on_loop([&] { backend_.job_map["job_1"].tenant = TenantId{"shop"}; });
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/jobs?limit=5"))["jobs"][0]["tenant"], "shop");
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/jobs/job_1"))["tenant"], "shop");
  EXPECT_EQ(json_of(admin("DELETE", "/admin/v1/jobs/job_1"))["state"], "cancelled");
  EXPECT_EQ(admin("GET", "/admin/v1/jobs/job_2").status, 404);
}

TEST_F(AdminRoutesTest, TellsTheWholeStoryOfAJobOfAnyTenant) {
  add_job("job_1", JobState::kQueued);
  on_loop([&] {
    const Lease lease{JobId{"job_1"}, 1};
    backend_.job_map["job_1"].tenant = TenantId{"shop"};
    jobs_.attempts["job_1"] = {{lease, WorkerId{"gpu-1"}, WallTime{}, WallTime{std::chrono::seconds(3)},
                                AttemptOutcome::kFailed, Error{ErrorCode::kOutOfMemory, "too long"}},
                               {{JobId{"job_1"}, 2}, WorkerId{"gpu-2"}, WallTime{}, {}, {}, {}}};
    jobs_.events["job_1"] = {{JobId{"job_1"}, WallTime{}, "leased", R"({"worker":"gpu-1","epoch":1})"},
                             {JobId{"job_1"}, WallTime{}, "odd", "damaged"}};
  });
  const json story = json_of(admin("GET", "/admin/v1/jobs/job_1/story"));
  EXPECT_EQ(story["job"]["tenant"], "shop");
  EXPECT_EQ(story["attempts"][0]["outcome"], "failed");
  EXPECT_EQ(story["attempts"][0]["ended_at"], "1970-01-01T00:00:03.000Z");
  EXPECT_EQ(story["attempts"][0]["error"]["code"], "out_of_memory");
  EXPECT_EQ(story["attempts"][1]["outcome"], nullptr);
  EXPECT_EQ(story["events"][0]["kind"], "leased");
  EXPECT_EQ(story["events"][0]["detail"], json({{"worker", "gpu-1"}, {"epoch", 1}}));
  EXPECT_EQ(story["events"][1]["detail"], json::object());
  EXPECT_EQ(admin("GET", "/admin/v1/jobs/job_2/story").status, 404);
}

TEST_F(AdminRoutesTest, ShowsOneWorkerByItsName) {
  admin("POST", "/admin/v1/workers", json{{"name", "gpu-1"}, {"public_key", kPublicKey}}.dump());
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/workers/gpu-1"))["public_key"], kPublicKey);
  EXPECT_EQ(admin("GET", "/admin/v1/workers/gpu-2").status, 404);
}

}  // namespace
}  // namespace musicfleet::http
