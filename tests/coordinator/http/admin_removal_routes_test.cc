// What operators list as dead, purge, erase and back up.
#include "tests/coordinator/http/http_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::http {
namespace {

using nlohmann::json;

class AdminRemovalRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& method, const std::string& path, const std::string& body = {}) {
    return request(method, admin_url(path), body, {{"Content-Type", "application/json"}}, kAdminKey);
  }
  // The field that a purge is refused for.
  json fault_of(const std::string& order) {
    const HttpReply refused = admin("POST", "/admin/v1/purges", order);
    EXPECT_EQ(refused.status, 422) << order;
    return detail_of(refused)["param"];
  }
};

TEST_F(AdminRemovalRoutesTest, DeadJobsAreAListOfTheirOwn) {
  add_job("job_a", JobState::kFailed);
  add_job("job_b", JobState::kFailed);
  on_loop([&] { backend_.job_map["job_b"].dead = true; });
  const json dead = json_of(admin("GET", "/admin/v1/jobs?dead=true"))["jobs"];
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0]["id"], "job_b");
  EXPECT_EQ(dead[0]["dead"], true);
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/jobs?dead=false"))["jobs"].size(), 2u);
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/jobs/job_a"))["dead"], false);
  EXPECT_EQ(detail_of(admin("GET", "/admin/v1/jobs?dead=yes"))["param"], "dead");
  EXPECT_EQ(detail_of(admin("GET", "/admin/v1/jobs?dead=true&state=failed"))["param"], "dead");
  EXPECT_EQ(get("/v1/jobs?dead=true").status, 422) << "for operators alone";
}

TEST_F(AdminRemovalRoutesTest, APurgeIsOfJobsByNameOrByAge) {
  on_loop([&] { removals_.answer = {2, 1, 9, 3, 1}; });
  EXPECT_EQ(
      json_of(admin("POST", "/admin/v1/purges", R"({"jobs":["job_a","job_b","job_c"]})")),
      json({{"dry_run", false}, {"jobs", 2}, {"songs", 1}, {"events", 9}, {"attempts", 3}, {"live", 1}}));
  const HttpReply counted =
      admin("POST", "/admin/v1/purges",
            R"({"older_than_seconds":3600,"tenant":"shop","state":"cancelled","dry_run":true})");
  EXPECT_EQ(json_of(counted)["dry_run"], true);
  seen([&] {
    EXPECT_EQ(removals_.purges.at(0).jobs.size(), 3u);
    const PurgeOrder& by_age = removals_.purges.at(1);
    EXPECT_TRUE(by_age.dry_run);
    EXPECT_EQ(by_age.older_than, std::chrono::hours(1));
    EXPECT_EQ(by_age.tenant, TenantId{"shop"});
    EXPECT_EQ(by_age.state, JobState::kCancelled);
    return 0;
  });
}

TEST_F(AdminRemovalRoutesTest, APurgeThatWouldTakeEverythingByMistakeIsRefusedByItsField) {
  EXPECT_EQ(fault_of("{}"), "older_than_seconds");
  EXPECT_EQ(fault_of(R"({"jobs":[]})"), "jobs");
  EXPECT_EQ(fault_of(R"({"jobs":[1]})"), "jobs");
  EXPECT_EQ(fault_of(R"({"jobs":["job_a"],"state":"failed"})"), "state");
  EXPECT_EQ(fault_of(R"({"jobs":["job_a"],"older_than_seconds":0})"), "older_than_seconds");
  EXPECT_EQ(fault_of(R"({"older_than_seconds":-1})"), "older_than_seconds");
  EXPECT_EQ(fault_of(R"({"older_than_seconds":1,"state":"queued"})"), "state");
  EXPECT_TRUE(seen([&] { return removals_.purges.empty(); }));
}

TEST_F(AdminRemovalRoutesTest, ATenantIsErasedByName) {
  EXPECT_EQ(admin("POST", "/admin/v1/tenants/shop/erase", "{}").status, 200);
  EXPECT_EQ(admin("POST", "/admin/v1/tenants/nobody/erase", "{}").status, 404);
  EXPECT_EQ(detail_of(admin("POST", "/admin/v1/tenants/shop/erase", R"({"dry_run":1})"))["param"], "dry_run");
  EXPECT_THAT(seen([&] { return removals_.erased; }), ::testing::ElementsAre("shop"));
}

TEST_F(AdminRemovalRoutesTest, ABackupHasANameThatIsNoPath) {
  const HttpReply taken = admin("POST", "/admin/v1/backups", R"({"name":"before-upgrade"})");
  EXPECT_EQ(taken.status, 201);
  EXPECT_EQ(json_of(taken)["folder"], "/backup/before-upgrade");
  EXPECT_EQ(admin("POST", "/admin/v1/backups", R"({"name":"before-upgrade"})").status, 409);
  EXPECT_EQ(json_of(admin("POST", "/admin/v1/backups", "{}"))["name"], "by-time");
  for (const char* name : {"..", ".hidden", "a/b", "", "/etc"})
    EXPECT_EQ(detail_of(admin("POST", "/admin/v1/backups", json{{"name", name}}.dump()))["param"], "name")
        << name;
}

TEST_F(AdminRemovalRoutesTest, AreForTheAdminKeyOnly) {
  for (const char* path : {"/admin/v1/purges", "/admin/v1/tenants/shop/erase", "/admin/v1/backups"})
    EXPECT_EQ(request("POST", admin_url(path), "{}", {{"Content-Type", "application/json"}}, kGoodKey).status,
              401)
        << path;
}

}  // namespace
}  // namespace musicfleet::http
