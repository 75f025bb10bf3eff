#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

using nlohmann::json;

class AdminWebhookRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& method, const std::string& path, const std::string& body = {}) {
    return request(method, admin_url(path), body, {{"Content-Type", "application/json"}}, kAdminKey);
  }
  HttpReply add(const json& change = json::object()) {
    json body{{"url", "https://shop.example/hooks"}};
    body.merge_patch(change);
    return admin("POST", "/admin/v1/webhooks", body.dump());
  }
};

TEST_F(AdminWebhookRoutesTest, NeedTheAdminKeyAndAreNotOnThePublicListener) {
  EXPECT_EQ(request("GET", admin_url("/admin/v1/webhooks"), {}, {}, kGoodKey).status, 401);
  EXPECT_EQ(get("/admin/v1/webhooks").status, 404);
}

TEST_F(AdminWebhookRoutesTest, TheSecretIsShownOnce) {
  const HttpReply added = add({{"description", "orders"}, {"tenant", "shop"}});
  EXPECT_EQ(added.status, 201);
  const json webhook = json_of(added);
  EXPECT_EQ(webhook["secret"], "whsec_new");
  EXPECT_EQ(webhook["tenant"], "shop");
  EXPECT_EQ(webhook["events"], json({"job.succeeded", "job.failed", "job.cancelled"}));
  EXPECT_EQ(webhook["enabled"], true);
  for (const char* path : {"/admin/v1/webhooks", "/admin/v1/webhooks/wh_1"}) {
    const HttpReply shown = admin("GET", path);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body.find("secret\""), std::string::npos) << path;
  }
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/webhooks?tenant=other"))["webhooks"].size(), 0u);
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/webhooks?tenant=shop"))["webhooks"].size(), 1u);
}

TEST_F(AdminWebhookRoutesTest, BadInputNamesTheField) {
  const auto param_of = [](const HttpReply& reply) {
    EXPECT_EQ(reply.status, 422) << reply.body;
    return detail_of(reply)["param"];
  };
  EXPECT_EQ(param_of(add({{"url", nullptr}})), "url");
  EXPECT_EQ(param_of(add({{"url", "http://shop.example"}})), "url");
  EXPECT_EQ(param_of(add({{"events", "job.failed"}})), "events");
  EXPECT_EQ(param_of(add({{"tenant", "a b"}})), "tenant");
  EXPECT_EQ(param_of(add({{"colour", "red"}})), "colour");
  add();
  EXPECT_EQ(param_of(admin("POST", "/admin/v1/webhooks/wh_1/rotate", R"({"overlap_seconds":-1})")),
            "overlap_seconds");
  EXPECT_EQ(param_of(admin("GET", "/admin/v1/webhooks/wh_1/deliveries?state=lost")), "state");
}

TEST_F(AdminWebhookRoutesTest, ASecretIsRotatedWithADayOfOverlapUnlessToldOtherwise) {
  add();
  const HttpReply rotated = admin("POST", "/admin/v1/webhooks/wh_1/rotate", "{}");
  EXPECT_EQ(rotated.status, 200);
  EXPECT_EQ(json_of(rotated)["secret"], "whsec_rotated");
  admin("POST", "/admin/v1/webhooks/wh_1/rotate", R"({"overlap_seconds":60})");
  EXPECT_EQ(seen([&] { return webhooks_.overlaps; }),
            (std::vector<std::chrono::seconds>{std::chrono::hours(24), std::chrono::seconds(60)}));
}

TEST_F(AdminWebhookRoutesTest, AWebhookIsDisabledEnabledAndRemoved) {
  add();
  const json disabled = json_of(admin("POST", "/admin/v1/webhooks/wh_1/disable"));
  EXPECT_EQ(disabled["enabled"], false);
  EXPECT_EQ(disabled["disabled_reason"], "by an operator");
  EXPECT_EQ(json_of(admin("POST", "/admin/v1/webhooks/wh_1/enable"))["enabled"], true);
  EXPECT_EQ(admin("DELETE", "/admin/v1/webhooks/wh_1").status, 204);
  EXPECT_EQ(admin("GET", "/admin/v1/webhooks/wh_1").status, 404);
}

TEST_F(AdminWebhookRoutesTest, DeliveriesAreListedAndSentAgain) {
  add();
  on_loop([&] {
    WebhookDelivery delivery;
    delivery.id = DeliveryId{"msg_1"};
    delivery.event = "job.failed";
    delivery.state = DeliveryState::kFailed;
    delivery.status = 500;
    webhooks_.sent = {delivery};
  });
  const json page = json_of(admin("GET", "/admin/v1/webhooks/wh_1/deliveries?state=failed&limit=7&cursor=9"));
  EXPECT_EQ(page["deliveries"][0]["id"], "msg_1");
  EXPECT_EQ(page["deliveries"][0]["status"], 500);
  EXPECT_EQ(page["next_cursor"], "7");
  const DeliveryQuery query = seen([&] { return webhooks_.queries.at(0); });
  EXPECT_EQ(query.state, DeliveryState::kFailed);
  EXPECT_EQ(query.limit, 7);
  EXPECT_EQ(query.cursor, "9");
  EXPECT_EQ(admin("POST", "/admin/v1/webhooks/wh_1/deliveries/msg_1/resend").status, 202);
  EXPECT_EQ(seen([&] { return webhooks_.resent; }), std::vector<std::string>{"msg_1"});
}

TEST_F(AdminWebhookRoutesTest, AnUnknownWebhookIsA404Everywhere) {
  const std::pair<const char*, const char*> calls[] = {{"GET", ""},
                                                       {"DELETE", ""},
                                                       {"POST", "/rotate"},
                                                       {"POST", "/enable"},
                                                       {"POST", "/disable"},
                                                       {"GET", "/deliveries"},
                                                       {"POST", "/deliveries/msg_1/resend"}};
  for (const auto& [method, below] : calls)
    EXPECT_EQ(admin(method, concat("/admin/v1/webhooks/wh_9", below), "{}").status, 404) << method << below;
}

}  // namespace
}  // namespace musicfleet::http
