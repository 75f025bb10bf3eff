#include "coordinator/cli/api_client.h"

#include "tests/support/scripted_http_server.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::cli {
namespace {

using ::musicfleet::testing::ScriptedHttpServer;
using ::musicfleet::testing::ScriptedReply;
using ::musicfleet::testing::ScriptedRequest;

HttpReply reply(int status, std::string body) {
  HttpReply made;
  made.status = status;
  made.body = std::move(body);
  return made;
}

TEST(ApiClient, ARefusalIsWhatItsErrorBodySays) {
  const Error error = refusal_of(
      reply(422, R"({"detail":{"code":"invalid_argument","message":"bpm is wrong","param":"bpm"}})"));
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error.message, "bpm is wrong");
  EXPECT_EQ(error.param, "bpm");
}

TEST(ApiClient, ACodeThatThisVersionDoesNotKnowCountsByItsStatus) {
  EXPECT_EQ(refusal_of(reply(503, R"({"detail":{"code":"brand_new","message":"m"}})")).code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(refusal_of(reply(500, R"({"detail":{"code":"internal","message":"m"}})")).code,
            ErrorCode::kInternal);
}

TEST(ApiClient, AForeignErrorPageIsQuotedWithoutItsControlCharacters) {
  const Error error = refusal_of(reply(502, "<html>\x1B[31mBad\nGateway"));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.message, "HTTP status 502: <html> [31mBad Gateway");
  EXPECT_EQ(refusal_of(reply(404, "")).code, ErrorCode::kNotFound);
}

TEST(ApiClient, SendsTheKeyAndTheBody) {
  ScriptedRequest seen;
  ScriptedHttpServer server([&](const ScriptedRequest& request) {
    seen = request;
    return ScriptedReply{.status = 201, .body = R"({"a":1})"};
  });
  ApiClient api({server.url(), "mf_key"});
  const auto answer = api.post("/x", {{"name", "n"}}, {{"Idempotency-Key", "k"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer)["a"], 1);
  EXPECT_EQ(seen.body, R"({"name":"n"})");
  EXPECT_NE(seen.head.find("Authorization: Bearer mf_key"), std::string::npos);
  EXPECT_NE(seen.head.find("Idempotency-Key: k"), std::string::npos);
  EXPECT_NE(seen.head.find("Content-Type: application/json"), std::string::npos);
}

TEST(ApiClient, AnAnswerThatIsNoJsonIsSaidToBeNone) {
  ScriptedHttpServer server([](const ScriptedRequest&) { return ScriptedReply{.body = "<html>"}; });
  ApiClient api({server.url(), "k"});
  const auto answer = api.get("/v1/jobs");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kCorrupt);
}

TEST(ApiClient, WhoeverCannotBeReachedIsNamed) {
  std::string url;
  {
    ScriptedHttpServer gone([](const ScriptedRequest&) { return ScriptedReply{}; });
    url = gone.url();
  }
  const auto answer = ApiClient({url, "k"}).get("/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(answer.error().message.find(url), std::string::npos);
}

TEST(ApiClient, PathSegmentsAreEncoded) { EXPECT_EQ(path_segment("a/b ?ä"), "a%2Fb%20%3F%C3%A4"); }

}  // namespace
}  // namespace musicfleet::cli
