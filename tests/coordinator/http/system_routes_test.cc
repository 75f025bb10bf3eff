#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

using nlohmann::json;

class SystemRoutesTest : public HttpFixture {
 protected:
  HttpReply open(const std::string& path) { return request("GET", url(path), {}, {}, ""); }
};

TEST_F(SystemRoutesTest, AnswerWithoutAKey) {
  EXPECT_EQ(json_of(open("/"))["openapi"], "/openapi.json");
  EXPECT_EQ(json_of(open("/healthz"))["status"], "ok");
  EXPECT_EQ(json_of(open("/version"))["version"], "1.2.3");
  const HttpReply metrics = open("/metrics");
  EXPECT_EQ(metrics.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(metrics.body.find("musicfleet_up 1"), std::string::npos);
}

TEST_F(SystemRoutesTest, ReadinessFollowsTheStore) {
  const HttpReply ready = open("/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(json_of(ready)["workers_connected"], 2);
  on_loop([&] { backend_.store_ok = false; });
  const HttpReply down = open("/readyz");
  EXPECT_EQ(down.status, 503);
  EXPECT_EQ(json_of(down)["ready"], false);
  EXPECT_NE(down.header("Retry-After"), "");
}

TEST_F(SystemRoutesTest, TheAdminApiIsNotOnThePublicListener) {
  EXPECT_EQ(request("GET", url("/admin/v1/keys"), {}, {}, kAdminKey).status, 404);
  EXPECT_EQ(request("GET", admin_url("/v1/jobs"), {}, {}, kGoodKey).status, 404);
  EXPECT_EQ(request("GET", admin_url("/metrics"), {}, {}, "").status, 200);
}

}  // namespace
}  // namespace musicfleet::http
