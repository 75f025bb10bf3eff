#include "coordinator/http/server.h"

#include "tests/coordinator/http/http_fixture.h"
#include "tests/support/loop_runner.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

namespace musicfleet::http {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServerTest : public HttpFixture {
 protected:
  // The answer to bytes after which the server closes.
  std::string last_answer_to(std::string_view bytes) {
    RawConnection connection(port());
    connection.send(bytes);
    return connection.read_to_end();
  }
};

TEST_F(ServerTest, MalformedHttpIsA400InTheOneErrorBody) {
  for (const char* bytes :
       {"\r\n\r\nGET", "GET\r\n\r\n", "hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "G@T / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n"}) {
    const std::string answer = last_answer_to(bytes);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << bytes;
    EXPECT_THAT(answer, HasSubstr("\"code\":\"malformed_http\"")) << bytes;
    EXPECT_THAT(answer, HasSubstr("Connection: close")) << bytes;
  }
}

TEST_F(ServerTest, ARequestNeedsAHost) {
  EXPECT_THAT(last_answer_to("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
              HasSubstr("needs a Host header"));
}

TEST_F(ServerTest, OtherFormsOfTargetAreRefusedExceptTheAbsoluteOne) {
  EXPECT_THAT(last_answer_to("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(last_answer_to("GET http://x/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(last_answer_to("GET /v1/jobs/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              HasSubstr("malformed_url"));
}

TEST_F(ServerTest, AHeaderAboveTheLimitIsA431) {
  const std::string answer =
      last_answer_to("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer, HasSubstr("headers_too_large"));
}

TEST_F(ServerTest, AHeaderThatDoesNotArriveIsA408) {
  ServerOptions options;
  options.header_timeout = milliseconds(50);
  start(options);
  const std::string answer = last_answer_to("GET / HTTP/1.1\r\nHost:");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(answer, HasSubstr("\"code\":\"timeout\""));
}

TEST_F(ServerTest, ABodyThatDoesNotArriveIsA408) {
  ServerOptions options;
  options.body_timeout = milliseconds(50);
  start(options);
  const std::string answer = last_answer_to(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\nContent-Type: application/json\r\n"
      "Content-Length: 20\r\n\r\n{\"prompt\":");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(seen([&] { return backend_.submissions.empty(); }));
}

TEST_F(ServerTest, ABrokenChunkIsA400) {
  EXPECT_THAT(last_answer_to("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\n"
                             "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(ServerTest, AnIdleConnectionIsClosedWithoutAWord) {
  ServerOptions options;
  options.idle_timeout = milliseconds(50);
  start(options);
  EXPECT_EQ(last_answer_to(""), "");
}

TEST_F(ServerTest, AnUnknownPathIsA404AndAWrongMethodA405) {
  const HttpReply unknown = get("/v2/jobs");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(detail_of(unknown)["code"], "not_found");
  EXPECT_EQ(get("/v1/jobs/").status, 404);
  const HttpReply wrong = request("PATCH", url("/v1/jobs/job_1"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "DELETE, GET, HEAD");
  EXPECT_EQ(detail_of(wrong)["code"], "method_not_allowed");
  EXPECT_EQ(request("BREW", url("/v1/jobs")).header("Allow"), "GET, HEAD, POST");
}

TEST_F(ServerTest, ASaneRequestIdComesBackAndAnotherIsReplaced) {
  EXPECT_EQ(get("/healthz", {{"X-Request-Id", "trace-1.a_b:c"}}).header("X-Request-Id"), "trace-1.a_b:c");
  EXPECT_THAT(std::string(get("/healthz", {{"X-Request-Id", "a b"}}).header("X-Request-Id")),
              StartsWith("req_"));
  EXPECT_THAT(std::string(get("/healthz", {{"X-Request-Id", std::string(129, 'x')}}).header("X-Request-Id")),
              StartsWith("req_"));
  EXPECT_NE(get("/healthz").header("X-Request-Id"), get("/healthz").header("X-Request-Id"));
}

TEST_F(ServerTest, KeepsConnectionsAndAnswersPipelinedRequestsInOrder) {
  RawConnection connection(port());
  connection.send(
      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /version HTTP/1.1\r\nHost: x\r\n\r\n"
      "HEAD /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  connection.read_until("\"status\":\"ok\"}");
  EXPECT_THAT(connection.read_until("\"version\":\"1.2.3\"}"), HasSubstr("200 OK"));
  const std::string last = connection.read_to_end();
  EXPECT_THAT(last, HasSubstr("Connection: close"));
  EXPECT_THAT(last, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, AnUnwantedShortBodyDoesNotEndTheConnection) {
  RawConnection connection(port());
  connection.send(
      "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /version HTTP/1.1\r\nHost: "
      "x\r\n\r\n");
  connection.read_until("\"status\":\"ok\"}");
  EXPECT_THAT(connection.read_until("1.2.3"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, AClientThatExpectsItIsToldToContinue) {
  RawConnection connection(port());
  connection.send(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\nContent-Type: application/json\r\n"
      "Content-Length: 22\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send(R"({"prompt":"dark trap"})");
  EXPECT_THAT(connection.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 202 "));
}

TEST_F(ServerTest, AClientWithoutAKeyIsRefusedBeforeItSendsItsBody) {
  const std::string answer = last_answer_to(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 22\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(ServerTest, ConnectionsAboveTheLimitAreRefusedUntilOneEnds) {
  ServerOptions options;
  options.max_connections = 1;
  start(options);
  {
    RawConnection first(port());
    first.begin_order();
    const std::string refused = last_answer_to("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(refused, HasSubstr("Retry-After"));
  }
}

TEST_F(ServerTest, AThousandSilentConnectionsAboveTheLimitKeepNobodyOut) {
  ServerOptions options;
  options.max_connections = 8;
  options.upload_connections = 0;
  options.idle_timeout = options.header_timeout = kNeverInATest;
  start(options);
  RawConnection busy(port());
  busy.begin_order();
  std::vector<std::unique_ptr<RawConnection>> silent;
  for (int i = 0; i < 1'000; ++i) {
    silent.push_back(std::make_unique<RawConnection>(port()));
    if (i % 2 == 0) silent.back()->send("GET /healthz HTTP/1.1\r\nHost:");
    if (i % 100 == 0) {
      EXPECT_EQ(get("/healthz").status, 200) << i;
    }
  }
  // Who waited longest has left first; a request under way was left alone.
  EXPECT_EQ(silent.front()->read_to_end(), "");
  busy.send(R"({"prompt":"dark trap"})");
  EXPECT_THAT(busy.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 202 "));
}

TEST_F(ServerTest, AHeaderThatDripsIsCutOffAtItsTime) {
  ServerOptions options;
  options.header_timeout = milliseconds(100);
  options.idle_timeout = options.body_timeout = kNeverInATest;
  start(options);
  RawConnection slow(port());
  slow.send("GET /healthz HTTP/1.1\r\nHost: x\r\n");
  EXPECT_THAT(slow.drip('x'), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerTest, ABodyThatDripsIsCutOffAtItsTime) {
  ServerOptions options;
  options.body_timeout = milliseconds(100);
  options.idle_timeout = options.header_timeout = kNeverInATest;
  start(options);
  RawConnection slow(port());
  slow.send(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\nContent-Type: application/json\r\n"
      "Content-Length: 60000\r\n\r\n{\"prompt\":\"");
  EXPECT_THAT(slow.drip('x'), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(seen([&] { return backend_.submissions.empty(); }));
}

TEST_F(ServerTest, ReportsWhatItAnsweredWithoutPathsOrBodies) {
  submit(kSong);
  get("/nowhere/secret");
  const auto reported = records(2);
  EXPECT_EQ(reported[0].method, "POST");
  EXPECT_EQ(reported[0].route, "/v1/jobs");
  EXPECT_EQ(reported[0].status, 202);
  EXPECT_GT(reported[0].body_bytes, 100u);
  EXPECT_THAT(reported[0].peer, StartsWith("127.0.0.1:"));
  EXPECT_EQ(reported[1].route, "");
  EXPECT_EQ(reported[1].status, 404);
}

TEST_F(ServerTest, StoppingEndsIdleConnectionsAndStreamsAndLetsAnAnswerFinish) {
  add_job("job_1", JobState::kLeased);
  RawConnection idle(port()), stream(port()), busy(port());
  idle.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.read_until("\"ok\"}");
  stream.send("GET /v1/jobs/job_1/events HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\n\r\n");
  stream.read_until("event: progress");
  // A body whose end is still missing: the request is under way.
  busy.begin_order();
  stop_server(std::chrono::seconds(30));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(stream.read_to_end().find("event: state"), std::string::npos);
  busy.send(R"({"prompt":"dark trap"})");
  const std::string answer = busy.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 202 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(ServerTest, StoppingDoesNotWaitForeverForAnAnswer) {
  RawConnection busy(port());
  busy.begin_order();
  stop_server(milliseconds(20));
  EXPECT_EQ(busy.read_to_end(), "");
}

TEST(Stopping, AClientWhoseConnectionTheServerClosesHasNotGone) {
  boost::asio::io_context loop;
  boost::asio::steady_timer held(loop, std::chrono::steady_clock::time_point::max());
  std::function<bool()> peer_gone;
  const auto hold = [&](HttpRequest& request) -> Awaitable<HttpResponse> {
    peer_gone = request.peer_gone;
    co_await held.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return HttpResponse{};
  };
  FakeBackend backend;
  Service service(backend, {{.method = "GET", .pattern = "/held", .handler = hold}});
  const auto server = Server::listen(loop, service, {}).value();
  RawConnection client(server->port());
  client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(musicfleet::testing::run_until(loop, [&] { return peer_gone != nullptr; }));
  EXPECT_FALSE(peer_gone());
  server->stop(milliseconds(0));
  EXPECT_FALSE(peer_gone());
  held.cancel();
  EXPECT_TRUE(musicfleet::testing::run_until(loop, [&] { return server->connections() == 0; }));
}

class Listening : public HttpFixture {
 protected:
  Result<std::unique_ptr<Server>> listen(const std::string& address, std::uint16_t at = 0,
                                         bool behind_proxy = false) {
    ServerOptions options;
    options.address = address;
    options.port = at;
    options.behind_proxy = behind_proxy;
    return Server::listen(loop_, service_, options);
  }

  Service service_{backend_, {}};
};

TEST_F(Listening, BeyondLoopbackNeedsAProxy) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    const auto server = listen(address);
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(server.error().message, HasSubstr("behind_proxy = true"));
  }
  EXPECT_EQ(listen("192.0.2.1", 0, true).error().code, ErrorCode::kUnavailable);  // allowed, but not ours
}

TEST_F(Listening, LoopbackHasTwoAddressesAndAName) {
  EXPECT_TRUE(listen("127.0.0.1"));
  EXPECT_TRUE(listen("localhost"));
}

TEST_F(Listening, RefusesWhatIsNotAnAddress) {
  EXPECT_THAT(listen("music.example").error().message, HasSubstr("not an IP address"));
}

TEST_F(Listening, SaysThatAPortIsTaken) {
  const auto first = listen("127.0.0.1");
  ASSERT_TRUE(first);
  const auto second = listen("127.0.0.1", (*first)->port());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
}

}  // namespace
}  // namespace musicfleet::http
