#include "coordinator/http/job_fields.h"
#include "coordinator/http/openapi.h"
#include "tests/coordinator/http/http_fixture.h"

#include <set>

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

TEST_F(SystemRoutesTest, OpenApiHasEveryRouteWithItsParametersAndBody) {
  const json document = json_of(open("/openapi.json"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  FilePool pool;
  PublicApi api(backend_, pool, default_api());
  std::size_t operations = 0;
  for (const auto& [path, methods] : document["paths"].items()) operations += methods.size();
  const std::vector<Route>& routes = api.service().router().routes();
  EXPECT_EQ(operations, routes.size());
  for (const Route& route : routes) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const json& operation = document["paths"][route.pattern][method];
    SCOPED_TRACE(route.method + " " + route.pattern);
    EXPECT_FALSE(operation["summary"].get<std::string>().empty());
    EXPECT_EQ(operation["security"].empty(), route.access != Access::kApiKey);
    std::size_t parameters = route.query.size();
    for (const char c : route.pattern) parameters += c == '{';
    EXPECT_EQ(operation.value("parameters", json::array()).size(), parameters);
    EXPECT_EQ(operation.contains("requestBody"), !route.body.empty());
    EXPECT_EQ(operation["responses"].size(), route.answers.size() + 1);
  }
}

TEST_F(SystemRoutesTest, OpenApiQuotesTheLimitsThatAreChecked) {
  const json document = json_of(open("/openapi.json"));
  const json& body =
      document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"];
  EXPECT_EQ(body["required"], json({"prompt"}));
  EXPECT_EQ(body["additionalProperties"], false);
  ASSERT_EQ(body["properties"].size(), submission_fields().size());
  EXPECT_EQ(body["properties"]["duration_seconds"]["minimum"], 3);
  EXPECT_EQ(body["properties"]["duration_seconds"]["maximum"], 600);
  EXPECT_EQ(body["properties"]["seed"]["maximum"], 9007199254740991);
  EXPECT_EQ(body["properties"]["format"]["properties"]["type"]["enum"], json({"wav", "flac", "mp3", "opus"}));
  // A value just outside of each numeric limit is refused by that name, the limit itself is not.
  for (const FieldRule& rule : submission_fields()) {
    if (rule.kind != FieldKind::kInteger && rule.kind != FieldKind::kNumber) continue;
    const json& schema = body["properties"][std::string(rule.name)];
    for (const char* limit : {"minimum", "maximum"}) {
      const double at = schema[limit].get<double>();
      const double beyond = at + (std::string(limit) == "minimum" ? -1 : 1);
      json song{{"prompt", "x"}};
      song[std::string(rule.name)] = at;
      EXPECT_EQ(submit(song.dump()).status, 202) << song;
      song[std::string(rule.name)] = beyond;
      const HttpReply refused = submit(song.dump());
      EXPECT_EQ(refused.status, 422) << song;
      EXPECT_EQ(detail_of(refused)["param"], rule.name);
    }
  }
}

TEST_F(SystemRoutesTest, OpenApiReferencesOnlySchemasThatItHas) {
  const json document = json_of(open("/openapi.json"));
  std::set<std::string> wanted;
  const std::function<void(const json&)> walk = [&](const json& value) {
    if (value.is_object() && value.contains("$ref")) wanted.insert(value["$ref"].get<std::string>());
    for (const json& member : value)
      if (member.is_structured()) walk(member);
  };
  walk(document);
  EXPECT_FALSE(wanted.empty());
  for (const std::string& reference : wanted)
    EXPECT_TRUE(document.contains(json::json_pointer(reference.substr(1)))) << reference;
}

}  // namespace
}  // namespace musicfleet::http
