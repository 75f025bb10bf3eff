// musicfleet webhooks …, against the coordinator's own routes.
#include "coordinator/cli/exit_status.h"
#include "tests/coordinator/cli/cli_fixture.h"

namespace musicfleet::cli {
namespace {

using nlohmann::json;

class WebhooksVerb : public CliFixture {};

TEST_F(WebhooksVerb, AddPrintsNothingButTheSecretOnItsOutput) {
  const Outcome added = run({"webhooks", "add", "https://shop.example/hooks", "--event", "job.failed",
                             "--event", "job.leased", "--tenant", "shop", "--description", "orders"});
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_EQ(added.out, "whsec_new\n");
  EXPECT_EQ(added.err, "webhook wh_1 of tenant shop; its secret is shown this once only\n");
  const http::NewWebhook asked = seen([&] { return webhooks_.added.at(0); });
  EXPECT_EQ(asked.events, (std::vector<std::string>{"job.failed", "job.leased"}));
  EXPECT_EQ(asked.tenant, TenantId{"shop"});
  EXPECT_EQ(asked.description, "orders");
  EXPECT_EQ(asked.secret, std::nullopt);
}

TEST_F(WebhooksVerb, AddTakesASecretFromAFileOnly) {
  write_text(folder_ / "secret", "whsec_given\n");
  EXPECT_EQ(run({"webhooks", "add", "https://a.example", "--secret-file", (folder_ / "secret").string()}).out,
            "whsec_given\n");
  EXPECT_EQ(seen([&] { return webhooks_.added.at(0).events; }).size(), 3u) << "every end of a job";
}

TEST_F(WebhooksVerb, AWrongUrlIsSaidInWords) {
  const Outcome refused = run({"webhooks", "add", "http://a.example"});
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.err.find("url must begin with https://"), std::string::npos) << refused.err;
}

TEST_F(WebhooksVerb, ListShowsHowEachIsDoing) {
  run({"webhooks", "add", "https://a.example"});
  run({"webhooks", "add", "https://b.example", "--tenant", "shop"});
  on_loop([&] {
    webhooks_.list[0].failures = 3;
    webhooks_.list[0].failing_since = WallTime(std::chrono::milliseconds(1'800'000'000'000));
  });
  EXPECT_EQ(run({"webhooks", "disable", "wh_2"}).out, "webhook wh_2 is disabled\n");
  const Outcome listed = run({"webhooks", "list"});
  EXPECT_NE(listed.out.find("3 failures since 2027-01-15"), std::string::npos) << listed.out;
  EXPECT_NE(listed.out.find("disabled: by an operator"), std::string::npos);
  const Outcome of_shop = run({"webhooks", "list", "--tenant", "shop", "--json"});
  EXPECT_EQ(json::parse(of_shop.out)["id"], "wh_2") << "one line";
  EXPECT_EQ(run({"webhooks", "enable", "wh_2"}).out, "webhook wh_2 is enabled\n");
  EXPECT_EQ(run({"webhooks", "remove", "wh_2"}).out, "webhook wh_2 is removed\n");
  EXPECT_EQ(run({"webhooks", "enable", "wh_2"}).status, kNotFound) << "there is no such webhook";
}

TEST_F(WebhooksVerb, RotatePrintsTheNewSecret) {
  run({"webhooks", "add", "https://a.example"});
  EXPECT_EQ(run({"webhooks", "rotate", "wh_1", "--overlap-hours", "2"}).out, "whsec_rotated\n");
  EXPECT_EQ(seen([&] { return webhooks_.overlaps.at(0); }), std::chrono::hours(2));
  EXPECT_EQ(json::parse(run({"webhooks", "rotate", "wh_1", "--json"}).out)["secret"], "whsec_rotated");
}

TEST_F(WebhooksVerb, DeliveriesAreListedAndSentAgain) {
  run({"webhooks", "add", "https://a.example"});
  on_loop([&] {
    WebhookDelivery delivery;
    delivery.id = DeliveryId{"msg_1"};
    delivery.job = JobId{"job_1"};
    delivery.event = "job.failed";
    delivery.attempts = 2;
    delivery.problem = "answered 500";
    webhooks_.sent = {delivery};
  });
  const Outcome listed = run({"webhooks", "deliveries", "wh_1", "--state", "failed", "--limit", "3"});
  for (const char* word : {"msg_1", "job_1", "job.failed", "answered 500"})
    EXPECT_NE(listed.out.find(word), std::string::npos) << listed.out << listed.err;
  EXPECT_EQ(seen([&] { return webhooks_.queries.at(0).state; }), DeliveryState::kFailed);
  EXPECT_EQ(seen([&] { return webhooks_.queries.at(0).limit; }), 3);
  EXPECT_EQ(run({"webhooks", "resend", "wh_1", "msg_1"}).out, "delivery msg_1 is sent again\n");
  EXPECT_EQ(seen([&] { return webhooks_.resent; }), std::vector<std::string>{"msg_1"});
}

}  // namespace
}  // namespace musicfleet::cli
