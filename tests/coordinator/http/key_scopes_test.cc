// Which key opens which route: every route of both APIs is asked with a key that has everything but the scope
// that the route names, and refuses it.
#include "tests/coordinator/http/http_fixture.h"

#include <map>

namespace musicfleet::http {
namespace {

using nlohmann::json;

class KeyScopesTest : public HttpFixture {
 protected:
  KeyScopesTest() {
    start();
    public_ = PublicApi(backend_, intake_, pool_, default_api()).service().router().routes();
    admin_ = AdminApi(desks(), default_api()).service().router().routes();
  }

  // "GET /v1/jobs" of every route with a key, by the scope that it needs.
  static std::map<std::string, std::string> scopes_of(const std::vector<Route>& routes) {
    std::map<std::string, std::string> scopes;
    for (const Route& route : routes)
      if (route.access == Access::kApiKey || route.access == Access::kAdmin)
        scopes[route.method + " " + route.pattern] = name_of(route.scope);
    return scopes;
  }

  std::vector<Route> public_, admin_;
};

TEST_F(KeyScopesTest, OrderingAndCancellingIsWritingAndTheRestIsReading) {
  const std::map<std::string, std::string> wanted{{"POST /v1/jobs", "jobs:write"},
                                                  {"DELETE /v1/jobs/{id}", "jobs:write"},
                                                  {"GET /v1/jobs", "jobs:read"},
                                                  {"GET /v1/jobs/{id}", "jobs:read"},
                                                  {"GET /v1/jobs/{id}/audio", "jobs:read"},
                                                  {"GET /v1/jobs/{id}/events", "jobs:read"},
                                                  {"POST /v1/music", "jobs:write"},
                                                  {"POST /v1/music/stream", "jobs:write"},
                                                  {"POST /v1/music/detailed", "jobs:write"},
                                                  {"POST /v1/music/detailed/stream", "jobs:write"},
                                                  {"POST /v1/music/plan", "jobs:write"},
                                                  {"POST /v1/music/upload", "jobs:write"},
                                                  {"POST /v1/music/stem-separation", "jobs:write"},
                                                  {"POST /v1/music/video-to-music", "jobs:write"},
                                                  {"POST /v1/music/finetunes", "jobs:write"},
                                                  {"GET /v1/music/finetunes", "jobs:read"},
                                                  {"GET /v1/music/finetunes/{id}", "jobs:read"},
                                                  {"PATCH /v1/music/finetunes/{id}", "jobs:write"},
                                                  {"DELETE /v1/music/finetunes/{id}", "jobs:write"}};
  EXPECT_EQ(scopes_of(public_), wanted);
}

TEST_F(KeyScopesTest, AnOperatorWhoMayOnlyReadCanGetAndNothingElse) {
  const auto scopes = scopes_of(admin_);
  EXPECT_GT(scopes.size(), 20u);
  for (const auto& [route, scope] : scopes)
    EXPECT_EQ(scope, route.starts_with("GET ") ? "admin:read" : "admin:write") << route;
}

TEST_F(KeyScopesTest, WithoutItsScopeARouteRefusesByTheScopesName) {
  for (const auto& [routes, base] : {std::pair(public_, url("")), std::pair(admin_, admin_url(""))})
    for (const Route& route : routes) {
      const bool wants_admin = route.access == Access::kAdmin;
      if (route.access != Access::kApiKey && (!wants_admin || route.method == "GET")) continue;
      const char* key = wants_admin                          ? kReadersAdminKey
                        : route.scope == KeyScope::kJobsRead ? kWritersKey
                                                             : kReadersKey;
      const HttpReply reply =
          request(route.method, base + route.pattern, "{}", {{"Content-Type", "application/json"}}, key);
      EXPECT_EQ(reply.status, 403) << route.method << ' ' << route.pattern;
      const json detail = detail_of(reply);
      EXPECT_EQ(detail["code"], "forbidden");
      EXPECT_NE(detail["message"].get<std::string>().find(name_of(route.scope)), std::string::npos) << detail;
    }
  EXPECT_TRUE(seen([&] { return backend_.submissions.empty() && keys_.list.empty(); }));
}

TEST_F(KeyScopesTest, AKeyWithOneScopeCanDoThatMuch) {
  add_job("job_1", JobState::kQueued);
  EXPECT_EQ(request("GET", url("/v1/jobs/job_1"), {}, {}, kReadersKey).status, 200);
  EXPECT_EQ(request("HEAD", url("/v1/jobs/job_1"), {}, {}, kReadersKey).status, 200);
  EXPECT_EQ(
      request("POST", url("/v1/jobs"), kSong, {{"Content-Type", "application/json"}}, kWritersKey).status,
      202);
  EXPECT_EQ(request("DELETE", url("/v1/jobs/job_1"), {}, {}, kWritersKey).status, 200);
  EXPECT_EQ(request("GET", admin_url("/admin/v1/keys"), {}, {}, kReadersAdminKey).status, 200);
}

TEST_F(KeyScopesTest, TheDocumentsNameTheScopeOfEveryRoute) {
  for (const auto& [routes, base] : {std::pair(public_, url("")), std::pair(admin_, admin_url(""))}) {
    const json document = json_of(request("GET", base + "/openapi.json", {}, {}, ""));
    for (const Route& route : routes) {
      if (route.access != Access::kApiKey && route.access != Access::kAdmin) continue;
      std::string method = route.method;
      for (char& c : method) c = static_cast<char>(std::tolower(c));
      const json& operation = document["paths"][route.pattern][method];
      EXPECT_EQ(operation["security"][0]["bearer"], json::array({name_of(route.scope)})) << route.pattern;
      EXPECT_TRUE(operation["responses"].contains("403")) << route.pattern;
    }
  }
}

}  // namespace
}  // namespace musicfleet::http
