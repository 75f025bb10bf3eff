#include "coordinator/http/vendor_routes.h"

#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

// Answers with what it was given.
class FakePassOnDesk final : public PassOnDesk {
 public:
  explicit FakePassOnDesk(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::optional<PassOnRefusal> refusal(VendorService service, const TenantId& tenant,
                                       bool may_cost) const override {
    if (service == VendorService::kVideo) return PassOnRefusal::kNotAllowed;
    return may_cost && tenant.value == "default" ? refuses : std::nullopt;
  }
  const std::filesystem::path& folder() const override { return folder_; }
  Awaitable<std::optional<VendorAnswer>> pass_on(VendorRequest request) override {
    std::string body;
    if (request.body) {
      body.resize(request.body->size());
      EXPECT_TRUE(request.body->read(0, std::as_writable_bytes(std::span(body))));
    }
    asked.push_back(concat(request.tenant, ' ', request.method, ' ', request.target, ' ',
                           request.content_type, ' ', body));
    if (error) co_return Failure(*error);
    if (is_lost) co_return std::optional<VendorAnswer>();
    VendorAnswer answer{status, {{"content-type", "application/zip"}, {"song-id", "s1"}}, std::nullopt, ""};
    if (status != 200) {
      answer.text = text;
      co_return std::optional<VendorAnswer>(std::move(answer));
    }
    answer.file = ScratchFile::create(folder_).value();
    EXPECT_TRUE(answer.file->append(std::as_bytes(std::span(text))));
    co_return std::optional<VendorAnswer>(std::move(answer));
  }

  std::optional<PassOnRefusal> refuses;
  std::optional<Error> error;
  bool is_lost = false;
  int status = 200;
  std::string text = std::string(700'000, 'z') + "end";
  std::vector<std::string> asked;

 private:
  const std::filesystem::path folder_;
};

class VendorRoutesTest : public HttpFixture {
 protected:
  void pass_on() {
    ApiOptions api = default_api();
    api.pass_on_desk = &desk_;
    api.pass_on = {VendorService::kUpload, VendorService::kStems, VendorService::kFinetunes};
    start({}, api);
  }
  HttpReply ask(const std::string& method, const std::string& path, const std::string& body = {},
                const char* key = kGoodKey) {
    std::vector<HttpHeader> headers;
    if (!body.empty()) headers.push_back({"Content-Type", "multipart/form-data; boundary=b"});
    return request(method, url(path), body, std::move(headers), key);
  }
  // Begins an upload of two bytes, and keeps the second one back: the body is being received.
  std::unique_ptr<RawConnection> begin_upload() {
    auto client = std::make_unique<RawConnection>(port());
    client->send(concat("POST /v1/music/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ", kGoodKey,
                        "\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
    client->read_until("100 Continue\r\n\r\n");
    client->send("a");
    return client;
  }
  std::vector<std::string> asked() {
    return seen([&] { return desk_.asked; });
  }

  FakePassOnDesk desk_{folder_};
};

TEST_F(VendorRoutesTest, WhereNothingIsPassedOnItIsNotServed) {
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/v1/music/upload"},
                                                        {"POST", "/v1/music/stem-separation"},
                                                        {"POST", "/v1/music/video-to-music"},
                                                        {"GET", "/v1/music/finetunes"},
                                                        {"POST", "/v1/music/finetunes"},
                                                        {"GET", "/v1/music/finetunes/f1"},
                                                        {"PATCH", "/v1/music/finetunes/f1"},
                                                        {"DELETE", "/v1/music/finetunes/f1"}}) {
    const HttpReply reply = ask(method, path, method == "POST" ? "x" : "");
    EXPECT_EQ(reply.status, 501) << method << path;
    EXPECT_EQ(detail_of(reply).at("status"), "not_implemented");
  }
}

TEST_F(VendorRoutesTest, WhatIsPassedOnGoesAsItCameAndComesBackAsItIs) {
  pass_on();
  const std::string form(600'000, 'f');
  const HttpReply reply = ask("POST", "/v1/music/stem-separation?output_format=mp3_44100_128", form);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.body == desk_.text);
  EXPECT_EQ(reply.header("content-type"), "application/zip");
  EXPECT_EQ(reply.header("song-id"), "s1");
  EXPECT_EQ(reply.header("content-length"), std::to_string(desk_.text.size()));
  ask("GET", "/v1/music/finetunes?page_size=3");
  ask("DELETE", "/v1/music/finetunes/abc_-9");
  EXPECT_TRUE(asked() ==
              (std::vector<std::string>{"default POST /v1/music/stem-separation?output_format=mp3_44100_128 "
                                        "multipart/form-data; boundary=b " +
                                            form,
                                        "default GET /v1/music/finetunes?page_size=3  ",
                                        "default DELETE /v1/music/finetunes/abc_-9  "}));
}

TEST_F(VendorRoutesTest, AnErrorOfTheVendorIsTheClients) {
  pass_on();
  desk_.status = 418;
  desk_.text = R"({"detail":{"status":"teapot"}})";
  const HttpReply reply = ask("POST", "/v1/music/upload", "x");
  EXPECT_EQ(reply.status, 418);
  EXPECT_EQ(reply.body, desk_.text);
}

TEST_F(VendorRoutesTest, OneServiceMayBeAllowedAndAnotherNot) {
  pass_on();
  EXPECT_EQ(ask("POST", "/v1/music/video-to-music", "x").status, 501);
  EXPECT_EQ(ask("POST", "/v1/music/upload", "x").status, 200);
}

TEST_F(VendorRoutesTest, NoIdLeadsElsewhere) {
  pass_on();
  for (const char* id : {"..", "%2e%2e", "a%2Fb", "a%3Fb", "a%23", "a%00", "a.b"})
    EXPECT_EQ(ask("GET", concat("/v1/music/finetunes/", id)).status, 404) << id;
  EXPECT_TRUE(asked().empty());
}

TEST_F(VendorRoutesTest, EachRefusalIsSaidBeforeTheBodyIsRead) {
  pass_on();
  for (const auto& [refusal, status] : {std::pair{PassOnRefusal::kNotAllowed, 501},
                                        {PassOnRefusal::kOverBudget, 403},
                                        {PassOnRefusal::kTooMany, 429},
                                        {PassOnRefusal::kClosed, 503}}) {
    on_loop([&, refused = refusal] { desk_.refuses = refused; });
    EXPECT_EQ(ask("POST", "/v1/music/upload", "x").status, status);
  }
  EXPECT_EQ(ask("GET", "/v1/music/finetunes").status, 200) << "costs nothing";
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(VendorRoutesTest, WhatCameInWhileTheLastPlaceWasTakenIsRefusedToo) {
  pass_on();
  for (const auto& [refusal, status] : {std::pair{PassOnRefusal::kNotAllowed, " 501 "},
                                        {PassOnRefusal::kOverBudget, " 403 "},
                                        {PassOnRefusal::kTooMany, " 429 "},
                                        {PassOnRefusal::kClosed, " 503 "}}) {
    on_loop([&] { desk_.refuses.reset(); });
    const auto client = begin_upload();
    on_loop([&, refused = refusal] { desk_.refuses = refused; });
    client->send("b");
    EXPECT_NE(client->read_until("\r\n").find(status), std::string::npos) << status;
  }
  EXPECT_TRUE(asked().empty());
}

TEST_F(VendorRoutesTest, ATenantSendsSoManyBodiesAtATime) {
  pass_on();
  std::vector<std::unique_ptr<RawConnection>> clients(VendorRoutes::kMostBodies);
  for (auto& client : clients) client = begin_upload();
  const HttpReply refused = ask("POST", "/v1/music/upload", "x");
  ASSERT_EQ(refused.status, 429);
  EXPECT_EQ(detail_of(refused).at("code"), "concurrent_limit_exceeded");
  EXPECT_EQ(ask("GET", "/v1/music/finetunes").status, 200) << "has no body";
  EXPECT_EQ(ask("POST", "/v1/music/upload", "x", kOtherTenantsKey).status, 200);
  clients.front()->send("b");
  EXPECT_NE(clients.front()->read_until("\r\n").find(" 200 "), std::string::npos);
  EXPECT_EQ(ask("POST", "/v1/music/upload", "x").status, 200);
}

TEST_F(VendorRoutesTest, ALostAnswerIsOneThatNoSdkSendsAgain) {
  pass_on();
  desk_.is_lost = true;
  const HttpReply reply = ask("POST", "/v1/music/upload", "x");
  EXPECT_EQ(reply.status, 424);
  EXPECT_EQ(detail_of(reply).at("code"), "outcome_unknown");
}

TEST_F(VendorRoutesTest, WhereTheVendorIsNotThereItMayBeAskedAgain) {
  pass_on();
  desk_.error = Error{ErrorCode::kUnavailable, "gone"};
  EXPECT_EQ(ask("POST", "/v1/music/upload", "x").status, 503);
}

TEST_F(VendorRoutesTest, ABodyHasALimitThatIsSaidAtOnce) {
  pass_on();
  RawConnection client(port());
  client.send(concat("POST /v1/music/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ", kGoodKey,
                     "\r\nContent-Length: ", VendorRoutes::kMaxBodyBytes + 1, "\r\n\r\n"));
  EXPECT_NE(client.read_until("\r\n").find("413"), std::string::npos);
}

TEST_F(VendorRoutesTest, WhatIsPassedOnIsDescribedAsSuch) {
  pass_on();
  const nlohmann::json document = json_of(get("/openapi.json"));
  const nlohmann::json& paths = document.at("paths");
  EXPECT_TRUE(paths.at("/v1/music/upload").at("post").at("responses").contains("default"));
  const nlohmann::json& lost =
      document.at("components").at("schemas").at("Error424").at("properties").at("detail");
  EXPECT_EQ(lost.at("properties").at("code").at("enum"), nlohmann::json({"outcome_unknown"}));
  const auto& video = paths.at("/v1/music/video-to-music").at("post");
  EXPECT_FALSE(video.at("responses").contains("200"));
  EXPECT_EQ(video.at("summary").get<std::string>().find("Not served here"), 0u);
}

}  // namespace
}  // namespace musicfleet::http
