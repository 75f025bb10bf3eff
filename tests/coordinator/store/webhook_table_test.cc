// The outbox of webhooks: the trigger that fills it, and what the table does with it.
#include "coordinator/store/webhook_table.h"

#include "tests/coordinator/store/store_fixture.h"

#include <nlohmann/json.hpp>

namespace musicfleet::store {
namespace {

using namespace std::chrono_literals;

class WebhookTableTest : public StoreTest {
 protected:
  WebhookTableTest() { EXPECT_TRUE(writer.insert(queued_job("job_1"), std::nullopt)); }

  WebhookId add(const std::string& id, std::vector<std::string> events = {"job.succeeded", "job.failed"},
                const std::string& tenant = "default") {
    WebhookRow row;
    row.webhook.id = WebhookId{id};
    row.webhook.tenant = TenantId{tenant};
    row.webhook.url = "https://shop.example/" + id;
    row.webhook.events = std::move(events);
    row.webhook.created_at = at(1'000);
    row.sealed_secret = "sealed";
    EXPECT_TRUE(webhooks.add(row));
    return row.webhook.id;
  }

  // Takes job_1 to a state by way of the writer, as dispatching does.
  Result<> move_to(JobState state, std::int64_t ms) {
    job_.state = state;
    job_.updated_at = at(ms);
    if (state == JobState::kLeased) {
      job_.epoch = job_.attempts = 1;
      job_.worker = WorkerId{"w"};
      job_.started_at = at(ms);
    }
    if (is_final(state)) job_.finished_at = at(ms);
    if (state == JobState::kSucceeded) job_.audio = JobAudio{};
    if (state == JobState::kFailed) job_.error = Error{ErrorCode::kInternal, "it broke"};
    return writer.apply({JobUpdated{job_}});
  }

  std::vector<WebhookDelivery> deliveries(const WebhookId& id) {
    return webhooks.deliveries({id, {}, {}, 100}).value().deliveries;
  }

  // How an attempt to deliver the message that `sent` was ended.
  static WebhookAttempt attempt_of(const WebhookDelivery& sent, std::int64_t ms, DeliveryState state) {
    WebhookAttempt attempt;
    attempt.delivery = sent.id;
    attempt.endpoint = sent.endpoint;
    attempt.due_at = sent.next_at.value();
    attempt.at = at(ms);
    attempt.state = state;
    return attempt;
  }
  static WebhookAttempt failure_of(const WebhookDelivery& sent, std::int64_t ms) {
    WebhookAttempt attempt = attempt_of(sent, ms, DeliveryState::kWaiting);
    attempt.status = 503;
    attempt.problem = "answered 503";
    attempt.next_at = at(ms + 5'000);
    attempt.failures = 1;
    attempt.failing_since = at(ms);
    return attempt;
  }

  WebhookTable webhooks{database};

 private:
  Job job_ = queued_job("job_1");
};

TEST_F(WebhookTableTest, AJobsStateAndItsMessageAreOneTransaction) {
  const WebhookId id = add("wh_1");
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  EXPECT_TRUE(deliveries(id).empty()) << "nobody asked for job.leased";
  ASSERT_TRUE(database.execute("BEGIN"));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  ASSERT_EQ(deliveries(id).size(), 1u);
  ASSERT_TRUE(database.execute("ROLLBACK"));
  EXPECT_TRUE(deliveries(id).empty());
  ASSERT_TRUE(move_to(JobState::kSucceeded, 4'000));
  const auto found = deliveries(id);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].job, JobId{"job_1"});
  EXPECT_EQ(found[0].event, "job.succeeded");
  EXPECT_EQ(found[0].created_at, at(4'000));
  EXPECT_EQ(found[0].next_at, at(4'000));
  EXPECT_EQ(found[0].state, DeliveryState::kWaiting);
  EXPECT_EQ(found[0].id.value.size(), 36u);
  EXPECT_EQ(found[0].id.value.find('.'), std::string::npos);
}

TEST_F(WebhookTableTest, TheFactsAreTheJobsWithoutPromptOrLyrics) {
  const WebhookId id = add("wh_1");
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kFailed, 3'000));
  const std::string facts_json = deliveries(id).at(0).facts_json;
  const auto facts = nlohmann::json::parse(facts_json);
  EXPECT_EQ(facts["error"]["message"], "it broke");
  EXPECT_EQ(facts["audio"], nullptr);
  EXPECT_EQ(facts["finished_at"], 3'000);
  EXPECT_EQ(facts["metadata"], nlohmann::json::parse(queued_job("job_1").metadata_json));
  const JobSpec spec = queued_job("job_1").spec;
  ASSERT_FALSE(spec.prompt.empty());
  EXPECT_EQ(facts_json.find(spec.prompt), std::string::npos);
  EXPECT_FALSE(facts.contains("spec"));
}

TEST_F(WebhookTableTest, OnlyEnabledEndpointsOfTheTenantThatAskedAreTold) {
  ASSERT_TRUE(database.execute("INSERT INTO tenants (id, created_at) VALUES ('shop', 0)"));
  const WebhookId asked = add("wh_1"), other_event = add("wh_2", {"job.cancelled"}),
                  other_tenant = add("wh_3", {"job.succeeded"}, "shop"), disabled = add("wh_4"),
                  lease = add("wh_5", {"job.leased"});
  ASSERT_TRUE(webhooks.disable(disabled, "by an operator"));
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  EXPECT_EQ(deliveries(asked).size(), 1u);
  for (const WebhookId& id : {other_event, other_tenant, disabled}) EXPECT_TRUE(deliveries(id).empty()) << id;
  ASSERT_EQ(deliveries(lease).size(), 1u);
  EXPECT_EQ(deliveries(lease)[0].event, "job.leased");
}

TEST_F(WebhookTableTest, AChangeThatIsNoNewStateTellsNobody) {
  const WebhookId id = add("wh_1", {"job.leased"});
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kLeased, 2'500));
  EXPECT_EQ(deliveries(id).size(), 1u);
}

TEST_F(WebhookTableTest, EventsAreThoseOfTheCode) {
  for (const JobState state : {JobState::kQueued, JobState::kLeased, JobState::kSucceeded, JobState::kFailed,
                               JobState::kCancelled}) {
    const std::string_view event = webhook_event_of(state);
    if (state == JobState::kQueued)
      EXPECT_EQ(event, "");
    else
      EXPECT_EQ(event, concat("job.", name_of(state)));
  }
  add("wh_1", {kWebhookEvents.begin(), kWebhookEvents.end()});
  EXPECT_FALSE(database.execute("INSERT INTO webhook_subscriptions VALUES ('wh_1', 'job.queued')"));
}

TEST_F(WebhookTableTest, AnEndpointComesBackAsItWent) {
  add("wh_1", {"job.succeeded", "job.cancelled"});
  ASSERT_TRUE(webhooks.rotate(WebhookId{"wh_1"}, "sealed again", at(9'000)));
  const WebhookRow row = webhooks.all().value().at(0);
  EXPECT_EQ(row.sealed_secret, "sealed again");
  EXPECT_EQ(row.sealed_previous, "sealed");
  EXPECT_EQ(row.webhook.previous_secret_until, at(9'000));
  EXPECT_EQ(row.webhook.events, (std::vector<std::string>{"job.cancelled", "job.succeeded"}));
  EXPECT_EQ(row.webhook.url, "https://shop.example/wh_1");
  EXPECT_TRUE(row.webhook.enabled);
}

TEST_F(WebhookTableTest, AnAttemptIsRecordedWithItsEndpointsHealth) {
  const WebhookId id = add("wh_1");
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  const WebhookDelivery head = webhooks.head(id).value().value();
  WebhookAttempt attempt = failure_of(head, 4'000);
  attempt.rests_until = at(8'000);
  attempt.disable_reason = "it is gone";
  EXPECT_EQ(webhooks.record(attempt).value(), at(9'000));
  const WebhookDelivery waiting = deliveries(id).at(0);
  EXPECT_EQ(waiting.attempts, 1);
  EXPECT_EQ(waiting.status, 503);
  EXPECT_EQ(waiting.problem, "answered 503");
  EXPECT_EQ(waiting.tried_at, at(4'000));
  const Webhook failing = webhooks.all().value().at(0).webhook;
  EXPECT_EQ(failing.failures, 1);
  EXPECT_EQ(failing.failing_since, at(4'000));
  EXPECT_EQ(failing.rests_until, at(8'000));
  EXPECT_EQ(failing.disabled_reason, "it is gone");
  EXPECT_FALSE(failing.enabled);

  ASSERT_TRUE(webhooks.enable(id));
  EXPECT_EQ(webhooks.all().value().at(0).webhook.failures, 0);
  attempt = attempt_of(waiting, 9'500, DeliveryState::kDelivered);
  EXPECT_EQ(webhooks.record(attempt).value(), std::nullopt);
  EXPECT_EQ(deliveries(id).at(0).ended_at, at(9'500));
  EXPECT_EQ(webhooks.backlog().value().waiting, 0);
}

TEST_F(WebhookTableTest, AMessageIsSentAgainUnderItsOldId) {
  const WebhookId id = add("wh_1");
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  const WebhookDelivery sent = deliveries(id).at(0);
  const DeliveryId delivery = sent.id;
  ASSERT_TRUE(webhooks.record(attempt_of(sent, 4'000, DeliveryState::kDelivered)));
  EXPECT_EQ(webhooks.head(id).value(), std::nullopt);
  ASSERT_TRUE(webhooks.resend(id, delivery, at(5'000)));
  const WebhookDelivery again = webhooks.head(id).value().value();
  EXPECT_EQ(again.id, delivery);
  EXPECT_EQ(again.attempts, 0);
  EXPECT_EQ(again.next_at, at(5'000));
  EXPECT_EQ(webhooks.resend(id, DeliveryId{"msg_x"}, at(5'000)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(webhooks.resend(add("wh_2"), delivery, at(5'000)).error().code, ErrorCode::kNotFound)
      << "of another endpoint";
}

TEST_F(WebhookTableTest, WhatIsOrderedToBeSentAgainIsNotEndedByAnAttemptThatWasUnderWay) {
  const WebhookId id = add("wh_1");
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  for (const int earlier_attempts : {0, 1}) {
    if (earlier_attempts == 1) {
      ASSERT_TRUE(webhooks.record(failure_of(webhooks.head(id).value().value(), 10'000)));
    }
    const WebhookDelivery sent = webhooks.head(id).value().value();
    ASSERT_EQ(sent.attempts, earlier_attempts);
    ASSERT_TRUE(webhooks.resend(id, sent.id, at(12'000)));
    WebhookAttempt given_up = attempt_of(sent, 13'000, DeliveryState::kFailed);
    given_up.failures = 7;
    given_up.failing_since = at(4'000);
    ASSERT_TRUE(webhooks.record(given_up));
    const auto again = webhooks.head(id).value();
    ASSERT_TRUE(again) << "it was acknowledged that it is sent again";
    EXPECT_EQ(again->id, sent.id);
    EXPECT_EQ(again->attempts, 0);
    EXPECT_EQ(again->next_at, at(12'000));
    EXPECT_EQ(webhooks.all().value().at(0).webhook.failures, 7) << "of the endpoint all the same";
  }
}

TEST_F(WebhookTableTest, TheListGoesPageByPageFromTheNewest) {
  const WebhookId id = add("wh_1", {"job.leased", "job.succeeded"});
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  const DeliveryPage first = webhooks.deliveries({id, {}, {}, 1}).value();
  ASSERT_EQ(first.deliveries.size(), 1u);
  EXPECT_EQ(first.deliveries[0].event, "job.succeeded");
  const DeliveryPage second = webhooks.deliveries({id, {}, first.next_cursor, 1}).value();
  ASSERT_EQ(second.deliveries.size(), 1u);
  EXPECT_EQ(second.deliveries[0].event, "job.leased");
  EXPECT_EQ(second.next_cursor, "");
  EXPECT_TRUE(webhooks.deliveries({id, DeliveryState::kFailed, {}, 9}).value().deliveries.empty());
  EXPECT_EQ(webhooks.deliveries({id, {}, "x", 9}).error().param, "cursor");
  EXPECT_EQ(webhooks.backlog().value().waiting, 2);
  EXPECT_EQ(webhooks.backlog().value().oldest, at(2'000));
}

TEST_F(WebhookTableTest, OldMessagesAreForgottenAndWaitingOnesAreNot) {
  const WebhookId id = add("wh_1", {"job.leased", "job.succeeded"});
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  const WebhookDelivery first = webhooks.head(id).value().value();
  ASSERT_TRUE(webhooks.record(attempt_of(first, 4'000, DeliveryState::kDelivered)));
  EXPECT_EQ(webhooks.forget_ended(at(4'000), 10).value(), 0);
  EXPECT_EQ(webhooks.forget_ended(at(4'001), 10).value(), 1);
  EXPECT_EQ(deliveries(id).size(), 1u);
}

TEST_F(WebhookTableTest, ARemovedEndpointTakesItsMessagesAlong) {
  const WebhookId id = add("wh_1");
  ASSERT_TRUE(move_to(JobState::kLeased, 2'000));
  ASSERT_TRUE(move_to(JobState::kSucceeded, 3'000));
  const WebhookDelivery sent = deliveries(id).at(0);
  ASSERT_TRUE(webhooks.remove(id));
  EXPECT_EQ(database.integer("SELECT count(*) FROM webhook_deliveries").value(), 0);
  EXPECT_EQ(database.integer("SELECT count(*) FROM webhook_subscriptions").value(), 0);
  EXPECT_TRUE(webhooks.record(attempt_of(sent, 4'000, DeliveryState::kDelivered)))
      << "an attempt that was under way";
  for (const Result<>& refused :
       {webhooks.remove(id), webhooks.enable(id), webhooks.disable(id, "x"), webhooks.rotate(id, "x", at(1))})
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_F(WebhookTableTest, ATenantHasOnlySoMany) {
  for (int i = 0; i < WebhookTable::kMostOfATenant; ++i) add(concat("wh_", i));
  WebhookRow more;
  more.webhook.id = WebhookId{"wh_more"};
  more.webhook.tenant = TenantId{"default"};
  more.webhook.url = "https://shop.example/";
  EXPECT_EQ(webhooks.add(more).error().code, ErrorCode::kQuota);
  more.webhook.tenant = TenantId{"nobody"};
  EXPECT_EQ(webhooks.add(more).error().code, ErrorCode::kNotFound);
}

TEST(WebhookMigration, TakesADatabaseOfTheFirstVersionWithItsJobs) {
  TemporaryFolder folder;
  Database database = Database::open(folder / "m.db", Database::Mode::kReadWrite).value();
  ASSERT_TRUE(migrate(database, {all_migrations().front()}));
  ASSERT_TRUE(insert_into_first_version(database, "job_1"));
  ASSERT_TRUE(migrate(database, all_migrations()));
  EXPECT_EQ(database.integer("SELECT count(*) FROM jobs").value(), 1);
  EXPECT_EQ(database.integer("SELECT count(*) FROM webhook_endpoints").value(), 0);
}

}  // namespace
}  // namespace musicfleet::store
