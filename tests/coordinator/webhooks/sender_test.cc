// What leaves the machine and where it may go, with real connections.
#include "coordinator/webhooks/sender.h"

#include "tests/coordinator/webhooks/receiver.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>

namespace musicfleet::webhooks {
namespace {

using namespace std::chrono_literals;

// One message to `url` under these rules.
Answer answer_of(const std::string& url, const std::vector<std::string>& allow,
                 TransferOptions options = {}) {
  std::promise<Answer> answered;
  auto answer = answered.get_future();
  Sender sender(TargetRules::of(allow).value(), std::move(options),
                [](const std::function<void()>& run) { run(); });
  sender.send({url, {{"webhook-id", "msg_1"}}, "{}"},
              [&](Answer one) { answered.set_value(std::move(one)); });
  return answer.get();
}

class SenderTest : public ::testing::Test {
 protected:
  std::vector<std::string> here() { return {receiver.host_and_port()}; }
  Receiver receiver;
};

TEST_F(SenderTest, AnAnswerIsItsStatus) {
  for (const int status : {200, 204, 301, 404, 410, 500}) {
    receiver.answer_with({{.status = status}});
    EXPECT_EQ(answer_of(receiver.url(), here()).status, status);
  }
  EXPECT_EQ(header_of(receiver.received().at(0), "webhook-id"), "msg_1");
  EXPECT_EQ(receiver.received().at(0).body, "{}");
}

TEST_F(SenderTest, ARedirectIsNotFollowed) {
  Receiver elsewhere;
  receiver.answer_with({{.status = 302, .more_headers = "Location: " + elsewhere.url() + "\r\n"}});
  EXPECT_EQ(answer_of(receiver.url(), {receiver.host_and_port(), elsewhere.host_and_port()}).status, 302);
  EXPECT_EQ(receiver.received().size(), 1u);
  EXPECT_TRUE(elsewhere.received().empty());
}

// Both URLs pass every look at their text: only the address that the name resolves to can tell.
TEST_F(SenderTest, ANameThatResolvesToLoopbackIsNotConnectedTo) {
  for (const char* url : {"https://localhost/", "https://localhost:8443/"}) {
    ASSERT_TRUE(TargetRules().check_url(url));
    const Answer answer = answer_of(url, {});
    EXPECT_EQ(answer.status, std::nullopt);
    EXPECT_NE(answer.problem.find("is not a public address (loopback)"), std::string::npos) << answer.problem;
  }
  const Answer let = answer_of("https://localhost:8443/", {"127.0.0.0/8", "::1/128"});
  EXPECT_EQ(let.problem.find("is not a public address"), std::string::npos)
      << "it was the guard that refused";
}

TEST_F(SenderTest, AnAddressThatIsNotPublicIsRefusedWhateverItWasAtRegistration) {
  for (const char* url : {"https://10.0.0.1/", "https://169.254.169.254/", "https://[fd00:ec2::254]/"})
    EXPECT_NE(answer_of(url, {}).problem.find("is not a public address"), std::string::npos) << url;
  EXPECT_NE(answer_of(receiver.url(), {}).problem.find("must begin with https://"), std::string::npos);
  EXPECT_TRUE(receiver.received().empty());
}

TEST_F(SenderTest, TheEnvironmentsProxyIsNotUsed) {
  Receiver proxy;
  const std::string url = "http://" + proxy.host_and_port();
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"})
    ::setenv(name, url.c_str(), 1);
  EXPECT_EQ(answer_of(receiver.url(), here()).status, 200);
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  EXPECT_TRUE(proxy.received().empty());
}

TEST_F(SenderTest, AnEndpointThatDoesNotAnswerIsGivenUp) {
  receiver.hold();
  TransferOptions options;
  options.timeout = 200ms;
  const Answer answer = answer_of(receiver.url(), here(), options);
  EXPECT_EQ(answer.status, std::nullopt);
  EXPECT_NE(answer.problem.find("timed out"), std::string::npos) << answer.problem;
}

TEST_F(SenderTest, RetryAfterIsSecondsOrADate) {
  receiver.answer_with({{.status = 503, .more_headers = "Retry-After: 120\r\n"},
                        {.status = 503, .more_headers = "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n"},
                        {.status = 503, .more_headers = "Retry-After: soon\r\n"}});
  EXPECT_EQ(answer_of(receiver.url(), here()).retry_after, 120s);
  EXPECT_GT(answer_of(receiver.url(), here()).retry_after, 24h);
  EXPECT_EQ(answer_of(receiver.url(), here()).retry_after, std::nullopt);
}

TEST_F(SenderTest, ALongAnswerIsNotReadToItsEnd) {
  receiver.answer_with({{.status = 200, .body = std::string(1 << 20, 'x')},
                        {.status = 500, .more_headers = "X-Long: " + std::string(80 * 1024, 'x') + "\r\n"}});
  EXPECT_EQ(answer_of(receiver.url(), here()).status, 200);
  EXPECT_EQ(answer_of(receiver.url(), here()).status, 500);
}

TEST_F(SenderTest, ABrokenConnectionIsNoAnswer) {
  receiver.answer_with({{.status = 200, .body = "half", .missing_bytes = 10}});
  EXPECT_EQ(answer_of(receiver.url(), here()).status, std::nullopt);
  std::string url;
  {
    Receiver gone;
    url = gone.url();
  }
  const Answer answer = answer_of(url, {url.substr(7, url.rfind('/') - 7)});
  EXPECT_EQ(answer.status, std::nullopt);
  EXPECT_NE(answer.problem, "");
}

TEST_F(SenderTest, ManyMessagesAreUnderWayAtOnceAndNobodyHearsOfThoseThatItsEndBreaksOff) {
  receiver.hold();
  int heard = 0;
  {
    Sender sender(TargetRules::of(here()).value(), {}, [](const std::function<void()>& run) { run(); });
    for (int i = 0; i < 8; ++i) sender.send({receiver.url(), {}, "{}"}, [&](const Answer&) { ++heard; });
    while (receiver.received().empty()) std::this_thread::yield();
  }
  EXPECT_EQ(heard, 0);
}

}  // namespace
}  // namespace musicfleet::webhooks
