// Requests that are passed on, from their admission to what their client hears, with real connections.
#include "coordinator/backend/pass_on_desk.h"

#include "tests/coordinator/providers/upstream.h"
#include "tests/support/loop_runner.h"
#include "tests/support/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <sstream>

namespace musicfleet::backend {
namespace {

using http::PassOnRefusal;
using http::VendorAnswer;
using http::VendorRequest;
using musicfleet::testing::run_until;
using providers::refusal;
using providers::ScriptedReply;

using Answer = Result<std::optional<VendorAnswer>>;

class PassOnDeskTest : public ::testing::Test {
 protected:
  PassOnDeskTest() {
    options.services = {VendorService::kUpload, VendorService::kFinetunes};
    options.target.base_url = upstream.url();
    options.key = "sk_operator";
    options.folder = folder / "";
  }
  PassOnDesk& desk() {
    if (!desk_)
      desk_.emplace(
          loop, options, [this](const TenantId&, bool) { return of_tenant; }, metrics,
          Log(output, "elevenlabs"));
    return *desk_;
  }
  VendorRequest request(const std::string& method) {
    VendorRequest asked{VendorService::kUpload, TenantId{"shop"}, "req_1", method,
                        "/v1/music/upload",     "text/x"};
    asked.body = ScratchFile::create(options.folder).value();
    const std::string bytes = "a secret body";
    EXPECT_TRUE(asked.body->append(std::as_bytes(std::span(bytes))));
    return asked;
  }
  // Begins; the answer is in answers_ when it is there.
  void begin(const std::string& method = "POST") {
    boost::asio::co_spawn(loop, ask(request(method)), boost::asio::detached);
  }
  boost::asio::awaitable<void> ask(VendorRequest asked) {
    answers.push_back(co_await desk().pass_on(std::move(asked)));
  }
  Answer answer_to(const std::string& method, ScriptedReply reply) {
    answers.clear();
    upstream.answer_with({std::move(reply)});
    begin(method);
    EXPECT_TRUE(run_until(loop, [&] { return !answers.empty(); }));
    return std::move(answers.at(0));
  }
  std::optional<PassOnRefusal> refused(VendorService service, bool may_cost = true) {
    return desk().refusal(service, TenantId{"shop"}, may_cost);
  }

  musicfleet::testing::TemporaryFolder folder;
  providers::Upstream upstream;
  boost::asio::io_context loop;
  std::ostringstream log;
  LogOutput output{LogLevel::kDebug, log};
  PurchaseMetrics metrics;
  PassOnOptions options;
  std::optional<PassOnRefusal> of_tenant;
  std::vector<Answer> answers;

 private:
  std::optional<PassOnDesk> desk_;
};

TEST_F(PassOnDeskTest, GoesOnWhereTheOperatorAndTheTenantsPolicyLetIt) {
  EXPECT_EQ(refused(VendorService::kUpload), std::nullopt);
  EXPECT_EQ(refused(VendorService::kStems), PassOnRefusal::kNotAllowed);
  of_tenant = PassOnRefusal::kOverBudget;
  EXPECT_EQ(refused(VendorService::kUpload), PassOnRefusal::kOverBudget);
}

TEST_F(PassOnDeskTest, ATenantOfTheFleetKeepsToItAndABudgetEnds) {
  dispatch::Failover failover;
  failover.budget.day = MicroDollars{0};
  dispatch::Dispatcher dispatcher({}, 1, failover);
  const dispatch::Instant now{dispatch::SteadyTime{}, WallTime{}};
  const auto asked = [&](const char* tenant, bool may_cost) {
    return tenant_refusal(dispatcher, TenantId{tenant}, may_cost, now.wall);
  };
  TenantLimits fleet_only;
  fleet_only.policy = RoutingPolicy::kFleetOnly;
  dispatcher.apply(dispatch::LimitsChanged{TenantId{"private"}, fleet_only}, now);
  EXPECT_EQ(asked("private", false), PassOnRefusal::kNotAllowed);
  EXPECT_EQ(asked("shop", true), PassOnRefusal::kOverBudget);
  EXPECT_EQ(asked("shop", false), std::nullopt) << "a look at what is there costs nothing";
  const dispatch::Dispatcher unlimited({}, 1);
  EXPECT_EQ(tenant_refusal(unlimited, TenantId{"shop"}, true, now.wall), std::nullopt);
}

TEST_F(PassOnDeskTest, TheVendorsAnswerComesBackWhateverItIs) {
  ScriptedReply good;
  good.status = 201;
  good.body = R"({"song_id":"s1"})";
  const Answer answer = answer_to("POST", good);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->status, 201);
  ASSERT_TRUE((*answer)->file);
  EXPECT_EQ((*answer)->file->size(), good.body.size());
  EXPECT_EQ(upstream.received().at(0).body, "a secret body");
  EXPECT_EQ(providers::header_of(upstream.received()[0], "xi-api-key"), "sk_operator");

  const Answer refused = answer_to("POST", refusal(403, "only_for_enterprise", "Retry-After: 9\r\n"));
  ASSERT_TRUE(refused && *refused);
  EXPECT_EQ((*refused)->status, 403);
  EXPECT_NE((*refused)->text.find("only_for_enterprise"), std::string::npos);
  EXPECT_EQ(log.str().find("secret"), std::string::npos) << log.str();
  EXPECT_EQ(log.str().find("sk_operator"), std::string::npos);
}

TEST_F(PassOnDeskTest, AnAnswerThatIsLostIsSaidToBeSoWhereItMayHaveCost) {
  ScriptedReply cut;
  cut.body = "half";
  cut.missing_bytes = 4;
  ScriptedReply silence;
  silence.raw = "";
  for (const ScriptedReply& reply : {cut, silence, providers::gateway(502), refusal(500, "internal")}) {
    const Answer lost = answer_to("POST", reply);
    ASSERT_TRUE(lost) << lost.error().message;
    EXPECT_FALSE(*lost);
  }
  for (const ScriptedReply& reply : {cut, silence, providers::gateway(502)}) {
    const Answer looked = answer_to("GET", reply);
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().code, ErrorCode::kUnavailable);
  }
}

TEST_F(PassOnDeskTest, ARefusedKeyIsNotTheClients) {
  for (const int status : {401, 402}) {
    const Answer answer = answer_to("POST", refusal(status, "invalid_api_key"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  }
}

TEST_F(PassOnDeskTest, ThereAreOnlySoManyAtATime) {
  upstream.hold();
  for (std::size_t i = 0; i < PassOnDesk::kMostAtOnce; ++i) {
    EXPECT_EQ(refused(VendorService::kUpload), std::nullopt);
    begin();
    loop.restart();
    loop.poll();
  }
  EXPECT_EQ(refused(VendorService::kUpload), PassOnRefusal::kTooMany);
  upstream.let_go();
  EXPECT_TRUE(run_until(loop, [&] { return answers.size() == PassOnDesk::kMostAtOnce; }));
  EXPECT_EQ(refused(VendorService::kUpload), std::nullopt);
}

TEST_F(PassOnDeskTest, OnceClosedItWaitsForWhatHasLeftAndSendsNothingMore) {
  upstream.hold();
  begin();
  loop.restart();
  loop.poll();
  EXPECT_EQ(desk().under_way(), 1u);
  desk().close();
  EXPECT_EQ(refused(VendorService::kUpload), PassOnRefusal::kClosed);
  upstream.let_go();
  EXPECT_TRUE(run_until(loop, [&] { return desk().under_way() == 0; }));
  EXPECT_EQ(answers.size(), 1u) << "the client is to hear of it";
}

TEST_F(PassOnDeskTest, WhatIsPassedOnIsCounted) {
  answer_to("POST", ScriptedReply{});
  answer_to("POST", refusal(422, "validation_error"));
  const std::string text = metrics.text({});
  EXPECT_NE(text.find(R"(musicfleet_elevenlabs_passed_on_total{outcome="answered",service="upload"} 1)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(musicfleet_elevenlabs_passed_on_total{outcome="refused",service="upload"} 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace musicfleet::backend
