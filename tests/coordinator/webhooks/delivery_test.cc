// Messages from a job's end to the endpoint: what arrives, what is tried again, what survives a crash.
#include "coordinator/webhooks/message.h"
#include "tests/coordinator/webhooks/webhooks_fixture.h"

#include <nlohmann/json.hpp>

namespace musicfleet::webhooks {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class WebhookDeliveryTest : public WebhooksTest {
 protected:
  WebhookDeliveryTest() {
    allow = {receiver.host_and_port(), other.host_and_port()};
    restart();
  }
  std::string id_of(std::size_t request) { return header_of(receiver.received().at(request), "webhook-id"); }

  Receiver receiver, other;
};

TEST_F(WebhookDeliveryTest, TheEndOfAJobArrivesSigned) {
  const http::WebhookWithSecret made = add(receiver.url());
  const JobId job = finish_a_job();
  run_until_tried(1);
  ASSERT_EQ(receiver.received().size(), 1u);
  const ScriptedRequest request = receiver.received()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/hooks");
  EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
  EXPECT_EQ(header_of(request, "Expect"), "");
  const json body = json::parse(request.body);
  EXPECT_EQ(body["type"], "job.succeeded");
  EXPECT_EQ(body["data"]["id"], job.value);
  EXPECT_EQ(body["data"]["metadata"]["order"], 4711);
  EXPECT_EQ(body["data"]["audio"]["url"], concat("https://music.example/v1/jobs/", job, "/audio"));

  const std::int64_t seconds = std::stoll(header_of(request, "webhook-timestamp"));
  EXPECT_EQ(seconds, std::chrono::floor<std::chrono::seconds>(clock.wall_now()).time_since_epoch().count());
  const DeliveryId id{header_of(request, "webhook-id")};
  EXPECT_EQ(header_of(request, "webhook-signature"),
            Secret::of(made.secret).value().sign(id, seconds, request.body));
  const WebhookDelivery delivery = newest_delivery(made.webhook.id);
  EXPECT_EQ(delivery.id, id);
  EXPECT_EQ(delivery.state, DeliveryState::kDelivered);
  EXPECT_EQ(delivery.status, 200);
  EXPECT_EQ(delivery.attempts, 1);
}

TEST_F(WebhookDeliveryTest, PromptAndLyricsLeaveNeitherByMessageNorByLog) {
  add(receiver.url());
  receiver.answer_with({{.status = 500}});
  finish_a_job(JobState::kFailed);
  run_until_tried(1);
  EXPECT_EQ(receiver.received().at(0).body.find("secret"), std::string::npos);
  EXPECT_EQ(log.str().find("secret"), std::string::npos);
  EXPECT_EQ(log.str().find("/hooks"), std::string::npos) << "URLs often hold a token";
  EXPECT_NE(log.str().find("not delivered"), std::string::npos);
}

TEST_F(WebhookDeliveryTest, WhatFailedIsSentAgainUnderItsIdOnSchedule) {
  const WebhookId id = add(receiver.url()).webhook.id;
  receiver.answer_with({{.status = 500}});
  finish_a_job();
  run_until_tried(1);
  const WebhookDelivery failed = newest_delivery(id);
  EXPECT_EQ(failed.state, DeliveryState::kWaiting);
  EXPECT_EQ(failed.problem, "answered 500");
  EXPECT_GE(*failed.next_at, clock.wall_now() + 5s);
  EXPECT_EQ(webhook(id).failures, 1);
  EXPECT_GT(*webhook(id).rests_until, clock.wall_now());

  clock.advance(10min);
  finish_a_job();
  run_until_tried(3);
  EXPECT_EQ(id_of(1), id_of(0)) << "the older one comes first";
  EXPECT_NE(id_of(2), id_of(0));
  EXPECT_EQ(receiver.received()[1].body, receiver.received()[0].body);
  EXPECT_NE(header_of(receiver.received()[1], "webhook-timestamp"),
            header_of(receiver.received()[0], "webhook-timestamp"));
  EXPECT_EQ(outcomes, (std::vector<std::string>{"retried", "delivered", "delivered"}));
  EXPECT_EQ(webhook(id).failures, 0);
}

TEST_F(WebhookDeliveryTest, WhatWasCommittedAndNotYetSentSurvivesACrash) {
  const WebhookId id = add(receiver.url()).webhook.id;
  finish_a_job(JobState::kSucceeded, false);
  EXPECT_TRUE(receiver.received().empty());
  const DeliveryId delivery = newest_delivery(id).id;
  restart();
  run_until_tried(1);
  EXPECT_EQ(id_of(0), delivery.value);
}

TEST_F(WebhookDeliveryTest, WhatWasSentAndNotYetRecordedIsSentAgainUnderTheSameId) {
  const WebhookId id = add(receiver.url()).webhook.id;
  receiver.hold();
  finish_a_job();
  std::thread power_cut([&] {
    while (receiver.received().empty()) std::this_thread::yield();
    boost::asio::post(*loop, [] {});
  });
  EXPECT_TRUE(run_until([&] { return !receiver.received().empty(); }));
  power_cut.join();
  crash();
  receiver.let_go();
  restart();
  run_until_tried(1);
  ASSERT_EQ(receiver.received().size(), 2u);
  EXPECT_EQ(id_of(1), id_of(0));
  EXPECT_EQ(receiver.received()[1].body, receiver.received()[0].body);
  EXPECT_EQ(newest_delivery(id).state, DeliveryState::kDelivered);
}

TEST_F(WebhookDeliveryTest, ARotatedSecretSignsBesideTheOldOneUntilTheOverlapIsOver) {
  const http::WebhookWithSecret made = add(receiver.url());
  const auto rotated = await(desk().rotate_webhook(by, made.webhook.id, 1h)).value();
  EXPECT_NE(rotated.secret, made.secret);
  restart();  // both are stored
  finish_a_job();
  run_until_tried(1);
  clock.advance(61min);
  finish_a_job();
  run_until_tried(2);
  const auto signature = [&](std::size_t request, const std::string& secret) {
    const ScriptedRequest sent = receiver.received()[request];
    return Secret::of(secret).value().sign(DeliveryId{header_of(sent, "webhook-id")},
                                           std::stoll(header_of(sent, "webhook-timestamp")), sent.body);
  };
  EXPECT_EQ(header_of(receiver.received()[0], "webhook-signature"),
            signature(0, rotated.secret) + " " + signature(0, made.secret));
  EXPECT_EQ(header_of(receiver.received()[1], "webhook-signature"), signature(1, rotated.secret));
}

TEST_F(WebhookDeliveryTest, GoneDisablesTheEndpointAndNothingIsAddedToIt) {
  const WebhookId id = add(receiver.url()).webhook.id;
  receiver.answer_with({{.status = 410}});
  finish_a_job();
  run_until_tried(1);
  EXPECT_FALSE(webhook(id).enabled);
  EXPECT_EQ(webhook(id).disabled_reason, "it answered 410 Gone");
  finish_a_job();
  EXPECT_EQ(deliveries(id).size(), 1u);
  restart();
  EXPECT_EQ(webhook(id).disabled_reason, "it answered 410 Gone");
}

TEST_F(WebhookDeliveryTest, RetryAfterHoldsBackEverythingForThatEndpoint) {
  const WebhookId id = add(receiver.url()).webhook.id;
  receiver.answer_with({{.status = 429, .more_headers = "Retry-After: 3600\r\n"}});
  finish_a_job();
  run_until_tried(1);
  EXPECT_EQ(newest_delivery(id).next_at, clock.wall_now() + 1h);
  EXPECT_EQ(webhook(id).rests_until, clock.wall_now() + 1h);
  const WebhookId fine = add(other.url()).webhook.id;
  finish_a_job();
  run_until_tried(2);
  EXPECT_EQ(receiver.received().size(), 1u);
  EXPECT_EQ(newest_delivery(fine).state, DeliveryState::kDelivered);
  restart();
  finish_a_job();
  run_until_tried(3);
  EXPECT_EQ(receiver.received().size(), 1u) << "the rest is stored";
}

TEST_F(WebhookDeliveryTest, AnEndpointThatHangsCostsTheOthersNothing) {
  add(receiver.url());
  add(other.url());
  receiver.hold();
  finish_a_job();
  run_until_tried(1);
  finish_a_job();
  run_until_tried(2);
  EXPECT_EQ(other.received().size(), 2u);
  EXPECT_EQ(receiver.received().size(), 1u) << "one at a time";
}

TEST_F(WebhookDeliveryTest, ADisabledEndpointWaitsUntilItIsEnabled) {
  const WebhookId id = add(receiver.url()).webhook.id;
  finish_a_job(JobState::kSucceeded, false);
  EXPECT_FALSE(await(desk().disable_webhook(by, id)).value().enabled);
  finish_a_job();
  EXPECT_EQ(deliveries(id).size(), 1u);
  EXPECT_TRUE(receiver.received().empty());
  EXPECT_TRUE(await(desk().enable_webhook(by, id)).value().enabled);
  run_until_tried(1);
  EXPECT_EQ(receiver.received().size(), 1u);
}

TEST_F(WebhookDeliveryTest, ADeliveredMessageIsSentAgainOnRequest) {
  const WebhookId id = add(receiver.url()).webhook.id;
  finish_a_job();
  run_until_tried(1);
  EXPECT_TRUE(await(desk().resend(by, id, newest_delivery(id).id)));
  run_until_tried(2);
  EXPECT_EQ(id_of(1), id_of(0));
  EXPECT_EQ(await(desk().resend(by, id, DeliveryId{"msg_x"})).error().code, ErrorCode::kNotFound);
}

TEST_F(WebhookDeliveryTest, ASecretOfAnotherMachineSignsNothing) {
  const WebhookId id = add(receiver.url()).webhook.id;
  restart("another key");
  finish_a_job();
  run_until_tried(1);
  EXPECT_TRUE(receiver.received().empty());
  EXPECT_EQ(newest_delivery(id).problem,
            "its secret does not open with this coordinator's webhooks.key: rotate it");
  ASSERT_TRUE(await(desk().rotate_webhook(by, id, 1h)));
  ASSERT_TRUE(await(desk().enable_webhook(by, id)));
  ASSERT_TRUE(await(desk().resend(by, id, newest_delivery(id).id)));
  run_until_tried(2);
  EXPECT_EQ(receiver.received().size(), 1u);
}

TEST_F(WebhookDeliveryTest, TheBacklogIsToldToTheMetrics) {
  const WebhookId id = add(receiver.url()).webhook.id;
  ASSERT_TRUE(run_until([&] { return waiting == 0; }));
  ASSERT_TRUE(await(desk().disable_webhook(by, id)));
  ASSERT_TRUE(await(desk().enable_webhook(by, id)));
  receiver.hold();
  finish_a_job(JobState::kSucceeded, false);
  restart();
  EXPECT_TRUE(run_until([&] { return waiting == 1; }));
}

TEST_F(WebhookDeliveryTest, ARemovedEndpointIsForgottenInMidDelivery) {
  const WebhookId id = add(receiver.url()).webhook.id;
  receiver.hold();
  finish_a_job();
  std::thread wake([&] {
    while (receiver.received().empty()) std::this_thread::yield();
    boost::asio::post(*loop, [] {});
  });
  EXPECT_TRUE(run_until([&] { return !receiver.received().empty(); }));
  wake.join();
  EXPECT_TRUE(await(desk().remove_webhook(by, id)));
  receiver.let_go();
  run_until_tried(1);
  EXPECT_TRUE(await(desk().webhooks({})).value().empty());
  EXPECT_EQ(await(desk().deliveries(id, {})).error().code, ErrorCode::kNotFound);
}

TEST_F(WebhookDeliveryTest, WhateverAnOperatorChangesIsInTheAuditLogWithoutSecrets) {
  const http::WebhookWithSecret made = add(receiver.url() + "/path?token=t", {"job.failed"});
  const WebhookId id = made.webhook.id;
  finish_a_job(JobState::kFailed);
  run_until_tried(1);
  const http::WebhookWithSecret rotated = await(desk().rotate_webhook(by, id, 1h)).value();
  ASSERT_TRUE(await(desk().disable_webhook(by, id)));
  ASSERT_TRUE(await(desk().enable_webhook(by, id)));
  const DeliveryId delivery = newest_delivery(id).id;
  ASSERT_TRUE(await(desk().resend(by, id, delivery)));
  run_until_tried(2);
  ASSERT_TRUE(await(desk().remove_webhook(by, id)));
  EXPECT_FALSE(await(desk().remove_webhook(by, id))) << "and leaves no record";
  const std::vector<std::string> records = audited();
  ASSERT_EQ(records.size(), 6u);
  const char* const actions[] = {"add", "rotate", "disable", "enable", "resend", "remove"};
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].rfind(concat("ann webhook.", actions[i], ' ', id.value, ' '), 0), 0u) << records[i];
    for (const std::string& secret : {made.secret, rotated.secret, std::string("token")})
      EXPECT_EQ(records[i].find(secret), std::string::npos) << records[i];
  }
  EXPECT_NE(records[4].find(delivery.value), std::string::npos);
}

TEST_F(WebhookDeliveryTest, TheDeskRefusesWhatCannotBe) {
  const auto refused = [&](auto change) {
    http::NewWebhook wanted{TenantId{"default"}, receiver.url(), "", {"job.failed"}, {}};
    change(wanted);
    const auto made = await(desk().add_webhook(by, std::move(wanted)));
    EXPECT_FALSE(made);
    return made ? Error{} : made.error();
  };
  EXPECT_EQ(refused([](auto& w) { w.url = "https://127.0.0.1/"; }).param, "url");
  EXPECT_EQ(refused([](auto& w) { w.url = "http://shop.example/"; }).param, "url");
  EXPECT_EQ(refused([](auto& w) { w.events = {}; }).param, "events");
  EXPECT_EQ(refused([](auto& w) { w.events = {"job.exploded"}; }).param, "events");
  EXPECT_EQ(refused([](auto& w) { w.secret = "whsec_c2hvcnQ="; }).param, "secret");
  EXPECT_EQ(refused([](auto& w) { w.tenant = TenantId{"nobody"}; }).code, ErrorCode::kNotFound);
  EXPECT_TRUE(await(desk().webhooks({})).value().empty());
}

}  // namespace
}  // namespace musicfleet::webhooks
