#include "coordinator/http/openapi.h"

#include "coordinator/http/job_fields.h"
#include "coordinator/http/problem_kind.h"
#include "tests/coordinator/http/http_fixture.h"

#include <fstream>
#include <set>

namespace musicfleet::http {
namespace {

using nlohmann::json;

class OpenApiTest : public HttpFixture {
 protected:
  OpenApiTest() {
    ApiOptions options = default_api();
    options.page = true;
    start({}, options);
    public_api_routes_ = PublicApi(backend_, intake_, pool_, options).service().router().routes();
    admin_api_routes_ = AdminApi(desks(), options).service().router().routes();
  }

  json public_document() { return json_of(request("GET", url("/openapi.json"), {}, {}, "")); }
  json admin_document() { return json_of(request("GET", admin_url("/openapi.json"), {}, {}, "")); }
  // Both documents with the routes that they are to describe.
  std::vector<std::pair<json, std::vector<Route>>> documents() {
    return {{public_document(), public_api_routes_}, {admin_document(), admin_api_routes_}};
  }

  std::vector<Route> public_api_routes_, admin_api_routes_;
};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

TEST_F(OpenApiTest, HasEveryRouteWithItsParametersAndBody) {
  for (const auto& [document, routes] : documents()) {
    EXPECT_EQ(document["openapi"], "3.1.0");
    std::size_t operations = 0;
    for (const auto& [path, methods] : document["paths"].items()) operations += methods.size();
    EXPECT_EQ(operations, routes.size());
    for (const Route& route : routes) {
      SCOPED_TRACE(route.method + " " + route.pattern);
      const json& operation = document["paths"][route.pattern][lower(route.method)];
      EXPECT_FALSE(operation["summary"].get<std::string>().empty());
      EXPECT_FALSE(operation["tags"][0].get<std::string>().empty());
      EXPECT_EQ(operation["security"].empty(),
                route.access == Access::kOpen || route.access == Access::kTicket);
      std::set<std::string> wanted, listed;
      for (const FieldRule& rule : route.query) wanted.insert(concat("query ", rule.name));
      for (const FieldRule& rule : route.headers) wanted.insert(concat("header ", rule.name));
      for (std::size_t at = 0; (at = route.pattern.find('{', at)) != std::string::npos; ++at)
        wanted.insert("path " + route.pattern.substr(at + 1, route.pattern.find('}', at) - at - 1));
      for (const json& parameter : operation.value("parameters", json::array()))
        listed.insert(concat(parameter["in"].get<std::string>(), ' ', parameter["name"].get<std::string>()));
      EXPECT_EQ(listed, wanted);
      EXPECT_EQ(operation.contains("requestBody"),
                !route.body.name.empty() || !route.body_media_type.empty());
    }
  }
}

TEST_F(OpenApiTest, HasEveryAnswerAndEveryProblemOfARoute) {
  for (const auto& [document, routes] : documents())
    for (const Route& route : routes) {
      SCOPED_TRACE(route.method + " " + route.pattern);
      std::set<std::string> wanted, listed;
      for (const RouteAnswer& answer : route.answers) wanted.insert(std::to_string(answer.status));
      for (const int status : problem_statuses(route)) wanted.insert(std::to_string(status));
      for (const auto& [status, response] :
           document["paths"][route.pattern][lower(route.method)]["responses"].items())
        listed.insert(status);
      EXPECT_EQ(listed, wanted);
    }
}

TEST_F(OpenApiTest, ListsEveryCodeThatAnErrorBodyCanHave) {
  const json schemas = public_document()["components"]["schemas"];
  std::set<std::string> all;
  for (const ProblemKind& kind : all_problems()) {
    all.insert(std::string(kind.code));
    // Of no route by itself; or of what is passed on, which VendorRoutesTest has.
    if (kind.status == 405 || kind.status == 504 || kind.status == 424) continue;
    const json& detail = schemas.at(concat("Error", kind.status))["properties"]["detail"]["properties"];
    const json& codes = detail["code"]["enum"];
    EXPECT_NE(std::find(codes.begin(), codes.end(), kind.code), codes.end()) << kind.code;
    EXPECT_EQ(detail["type"]["enum"], json({error_type_of(kind.status)})) << kind.code;
  }
  EXPECT_EQ(schemas["Error"]["properties"]["detail"]["properties"]["code"]["enum"], json(all));
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code)
    EXPECT_EQ(all.count(std::string(name_of(static_cast<ErrorCode>(code)))), 1u) << code;
}

TEST_F(OpenApiTest, TheGuideForPeopleHasEveryCodeBesideItsStatus) {
  std::ifstream file("docs/http-api.md");
  std::map<int, std::string> rows;
  for (std::string line; std::getline(file, line);)
    if (line.size() > 7 && line.rfind("| ", 0) == 0 && std::isdigit(line[2]))
      rows[std::stoi(line.substr(2))] += line;
  for (const ProblemKind& kind : all_problems())
    EXPECT_NE(rows[kind.status].find(concat('`', kind.code, '`')), std::string::npos)
        << kind.status << ' ' << kind.code << " is not in docs/http-api.md";
}

TEST_F(OpenApiTest, QuotesTheLimitsThatAreChecked) {
  const json body = public_document()["components"]["schemas"]["Submission"];
  EXPECT_EQ(body["required"], json({"prompt"}));
  EXPECT_EQ(body["additionalProperties"], false);
  ASSERT_EQ(body["properties"].size(), submission_fields().size());
  EXPECT_EQ(body["properties"]["duration_seconds"]["minimum"], 3);
  EXPECT_EQ(body["properties"]["seed"]["maximum"], 9007199254740991);
  EXPECT_EQ(body["properties"]["format"]["properties"]["type"]["enum"], json({"wav", "flac", "mp3", "opus"}));
  const auto expect_refused = [&](const json& song, std::string_view param) {
    const HttpReply refused = submit(song.dump());
    EXPECT_EQ(refused.status, 422) << song.dump().substr(0, 200);
    EXPECT_EQ(detail_of(refused)["param"], param);
  };
  // The limit itself is taken, what lies just beyond it is refused by the field's name.
  for (const FieldRule& rule : submission_fields()) {
    const std::string name(rule.name);
    const json& schema = body["properties"][name];
    json song{{"prompt", "x"}};
    for (const char* limit : {"minimum", "maximum"}) {
      if (!schema.contains(limit)) continue;
      song[name] = schema[limit];
      EXPECT_EQ(submit(song.dump()).status, 202) << song;
      song[name] = schema[limit].get<double>() + (std::string(limit) == "minimum" ? -1 : 1);
      expect_refused(song, name);
    }
    if (rule.kind == FieldKind::kInteger || rule.kind == FieldKind::kNumber) {
      EXPECT_TRUE(schema.contains("minimum") && schema.contains("maximum")) << name;
    }
    if (!schema.contains("maxLength")) continue;
    song[name] = std::string(schema["maxLength"].get<std::size_t>(), 'x');
    EXPECT_EQ(submit(song.dump()).status, 202) << name;
    song[name] = song[name].get<std::string>() + "x";
    expect_refused(song, name);
  }
  expect_refused({{"prompt", " \n"}}, "prompt");
  for (const json& rate : body["properties"]["format"]["properties"]["sample_rate"]["enum"])
    EXPECT_EQ(submit(json{{"prompt", "x"}, {"format", {{"sample_rate", rate}}}}.dump()).status, 202) << rate;
  expect_refused({{"prompt", "x"}, {"format", {{"sample_rate", 44000}}}}, "format.sample_rate");
}

TEST_F(OpenApiTest, ReferencesOnlyWhatItHas) {
  for (const auto& [document, routes] : documents()) {
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
}

}  // namespace
}  // namespace musicfleet::http
