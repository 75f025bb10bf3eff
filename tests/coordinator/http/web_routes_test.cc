#include "coordinator/web/web_file.h"
#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

class WebRoutesTest : public HttpFixture {
 protected:
  HttpReply open(const std::string& path, std::vector<HttpHeader> headers = {}, const char* method = "GET") {
    return request(method, url(path), {}, std::move(headers), "");
  }
  void start_with_page() {
    ApiOptions options = default_api();
    options.page = true;
    start({}, options);
  }
};

TEST_F(WebRoutesTest, ServeThePageToAnybody) {
  start_with_page();
  const HttpReply page = open("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.header("Referrer-Policy"), "no-referrer");
  EXPECT_NE(page.body.find("<title>musicfleet</title>"), std::string::npos);
  EXPECT_EQ(open("/docs").status, 200);
}

TEST_F(WebRoutesTest, LetAPageLoadFromItsOwnOriginOnly) {
  start_with_page();
  for (const char* path : {"/", "/page/app.js", "/docs", "/docs/docs.js"}) {
    const std::string policy(open(path).header("Content-Security-Policy"));
    EXPECT_EQ(policy.rfind("default-src 'none'; ", 0), 0u) << path;
    EXPECT_NE(policy.find("script-src 'self';"), std::string::npos) << path;
    EXPECT_NE(policy.find("frame-ancestors 'none';"), std::string::npos) << path;
    EXPECT_EQ(policy.find("http"), std::string::npos) << path;
  }
}

TEST_F(WebRoutesTest, ServeEveryFileAsItIsWithItsType) {
  start_with_page();
  for (const web::WebFile& file : web::page_files()) {
    const HttpReply reply = open(concat("/page/", file.name));
    EXPECT_EQ(reply.status, 200) << file.name;
    EXPECT_EQ(reply.body, file.plain) << file.name;
    EXPECT_NE(reply.header("Content-Type"), "application/octet-stream") << file.name;
  }
  for (const web::WebFile& file : web::docs_files())
    EXPECT_EQ(open(concat("/docs/", file.name)).body, file.plain) << file.name;
  EXPECT_GT(open("/docs/swagger-ui-bundle.js").body.size(), 1'000'000u);
}

TEST_F(WebRoutesTest, CompressWhereThatIsAccepted) {
  start_with_page();
  const std::size_t plain = open("/docs/swagger-ui-bundle.js").body.size();
  for (const char* accepted : {"gzip", "br, gzip;q=0.5", "*"}) {
    const HttpReply reply = open("/docs/swagger-ui-bundle.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(reply.header("Content-Encoding"), "gzip") << accepted;
    EXPECT_EQ(reply.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(reply.body.substr(0, 2), "\x1f\x8b") << accepted;
    EXPECT_LT(reply.body.size(), plain / 2);
  }
  for (const char* refused : {"br", "gzip;q=0", "gzip;q=0.0, *", ""})
    EXPECT_EQ(open("/", {{"Accept-Encoding", refused}}).header("Content-Encoding"), "") << refused;
}

TEST_F(WebRoutesTest, AnswerThatACopyIsStillGood) {
  start_with_page();
  const std::string etag(open("/page/style.css").header("ETag"));
  const HttpReply again = open("/page/style.css", {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.header("ETag"), etag);
  EXPECT_EQ(open("/page/style.css", {{"If-None-Match", "\"other\""}}).status, 200);
  // A compressed copy is another one.
  EXPECT_EQ(open("/page/style.css", {{"If-None-Match", etag}, {"Accept-Encoding", "gzip"}}).status, 200);
}

TEST_F(WebRoutesTest, AnswerHeadWithTheSameHeader) {
  start_with_page();
  const HttpReply head = open("/", {}, "HEAD"), page = open("/");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.header("Content-Length"), std::to_string(page.body.size()));
}

TEST_F(WebRoutesTest, HaveNothingButTheirFiles) {
  start_with_page();
  for (const char* path : {"/page/nope.js", "/page/..%2fapp.js", "/page/docs.js", "/page/", "/docs/app.js"})
    EXPECT_EQ(open(path).status, 404) << path;
  EXPECT_EQ(open("/", {}, "POST").status, 405);
}

TEST_F(WebRoutesTest, AreNotThereWhereTheyAreTurnedOff) {
  EXPECT_EQ(json_of(open("/"))["openapi"], "/openapi.json");
  EXPECT_EQ(open("/page/app.js").status, 404);
  EXPECT_EQ(open("/docs").status, 404);
}

}  // namespace
}  // namespace musicfleet::http
