#include "coordinator/http/cost_json.h"
#include "tests/coordinator/http/http_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::http {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class AdminMoneyRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& method, const std::string& path, const std::string& body = {}) {
    return request(method, admin_url(path), body, {{"Content-Type", "application/json"}}, kAdminKey);
  }
  static Purchase purchase(std::int64_t number, const char* job, PurchaseState state) {
    Purchase made;
    made.number = number;
    made.state = state;
    made.intent.lease = {JobId{job}, 2};
    made.intent.tenant = TenantId{"shop"};
    made.intent.provider = "elevenlabs";
    made.intent.model = "music_v1";
    made.intent.song = 180s;
    made.intent.price = {450'000};
    made.intent.price_note = "a row";
    made.reason = "it broke after the order had left";
    if (state != PurchaseState::kIntended) made.ended_at = WallTime(1s);
    return made;
  }
};

TEST_F(AdminMoneyRoutesTest, TheReportIsWhatItsSchemaSays) {
  on_loop([&] {
    money_.report.total.fleet_songs = 3;
    money_.report.total.fleet_cost = {14'000};
    money_.report.by_tenant["shop"] = money_.report.total;
    money_.report.cost_a_song = MicroDollars{4'667};
    money_.report.savings = MicroDollars{-5};
  });
  const json report = json_of(admin("GET", "/admin/v1/costs"));
  EXPECT_TRUE(check_object(cost_schema().fields, report)) << report;
  for (const FieldRule& rule : cost_schema().fields) EXPECT_TRUE(report.contains(rule.name)) << rule.name;
  EXPECT_EQ(report["total"]["fleet_cost_micros"], 14'000);
  EXPECT_EQ(report["by_tenant"]["shop"], report["total"]);
  EXPECT_EQ(report["cost_a_song_micros"], 4'667);
  EXPECT_EQ(report["vendor_cost_a_song_micros"], nullptr);
  EXPECT_EQ(report["savings_micros"], -5);
  EXPECT_EQ(report["tenant"], nullptr);
}

TEST_F(AdminMoneyRoutesTest, ThePeriodAndTheTenantAreTheOnesThatWereAskedFor) {
  EXPECT_EQ(admin("GET", "/admin/v1/costs?from=2026-11-01&to=2026-11-22&tenant=shop&servers=3").status, 200);
  const CostQuery query = seen([&] { return money_.costs.back(); });
  EXPECT_EQ(query.from, std::chrono::sys_days(std::chrono::year(2026) / 11 / 1));
  EXPECT_EQ(query.to, std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));
  EXPECT_EQ(query.tenant, TenantId{"shop"});
  EXPECT_EQ(query.servers, 3);
  for (const auto& [wrong, field] :
       {std::pair("from=yesterday", "from"), std::pair("to=2026-11-31", "to"),
        std::pair("servers=-1", "servers"), std::pair("servers=many", "servers")})
    EXPECT_EQ(detail_of(admin("GET", concat("/admin/v1/costs?", wrong)))["param"], field);
  EXPECT_EQ(seen([&] { return money_.costs.size(); }), 1u);
}

TEST_F(AdminMoneyRoutesTest, ASpreadsheetGetsTheSums) {
  on_loop([&] { money_.report.total.bought_cost = {450'000}; });
  const HttpReply csv = admin("GET", "/admin/v1/costs.csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_THAT(csv.header("Content-Type"), ::testing::StartsWith("text/csv"));
  EXPECT_THAT(csv.body, ::testing::HasSubstr("total,,0,0,0,0,0,0,0,0.00,0.45,0.00,0.00,0\r\n"));
}

TEST_F(AdminMoneyRoutesTest, PurchasesAreListedPageByPage) {
  on_loop([&] {
    money_.list = {purchase(3, "job_c", PurchaseState::kIntended),
                   purchase(2, "job_b", PurchaseState::kBought),
                   purchase(1, "job_a", PurchaseState::kUnknown)};
  });
  const json first = json_of(admin("GET", "/admin/v1/purchases?limit=2"));
  EXPECT_EQ(first["purchases"].size(), 2u);
  EXPECT_EQ(first["purchases"][0]["ended_at"], nullptr);
  EXPECT_EQ(first["next_before"], 2);
  const json second = json_of(admin("GET", "/admin/v1/purchases?limit=2&before=2"));
  EXPECT_EQ(second["next_before"], nullptr);
  const json unknown = json_of(admin("GET", "/admin/v1/purchases?unknown=true"))["purchases"];
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown, second["purchases"]);
  EXPECT_EQ(unknown[0], json({{"number", 1},
                              {"job", "job_a"},
                              {"epoch", 2},
                              {"tenant", "shop"},
                              {"provider", "elevenlabs"},
                              {"model", "music_v1"},
                              {"purpose", "delivery"},
                              {"state", "unknown"},
                              {"song_ms", 180'000},
                              {"price_micros", 450'000},
                              {"price_note", "a row"},
                              {"intended_at", "1970-01-01T00:00:00.000Z"},
                              {"ended_at", "1970-01-01T00:00:01.000Z"},
                              {"vendor_song", ""},
                              {"reason", "it broke after the order had left"}}));
  EXPECT_EQ(detail_of(admin("GET", "/admin/v1/purchases?limit=0"))["param"], "limit");
}

TEST_F(AdminMoneyRoutesTest, AnOperatorSettlesAPurchaseOnce) {
  on_loop([&] { money_.list = {purchase(1, "job_a", PurchaseState::kUnknown)}; });
  const char* path = "/admin/v1/purchases/job_a/settle";
  EXPECT_EQ(detail_of(admin("POST", path, "{}"))["param"], "paid");
  EXPECT_EQ(detail_of(admin("POST", path, R"({"paid":"no"})"))["param"], "paid");
  EXPECT_EQ(detail_of(admin("POST", path, R"({"paid":true,"epoch":0})"))["param"], "epoch");
  EXPECT_TRUE(seen([&] { return money_.settled.empty(); }));
  const HttpReply settled = admin("POST", path, R"({"paid":false,"epoch":2,"note":"usage page"})");
  EXPECT_EQ(json_of(settled)["state"], "not_bought");
  const Settlement order = seen([&] { return money_.settled.at(0); });
  EXPECT_EQ(order.epoch, 2u);
  EXPECT_EQ(order.note, "usage page");
  EXPECT_FALSE(order.paid);
  EXPECT_EQ(admin("POST", path, R"({"paid":false})").status, 404);
}

TEST_F(AdminMoneyRoutesTest, WhoMayOnlyReadSettlesNothing) {
  EXPECT_EQ(
      request("POST", admin_url("/admin/v1/purchases/job_a/settle"), R"({"paid":true})", {}, kGoodKey).status,
      401);
  EXPECT_EQ(request("GET", admin_url("/admin/v1/costs"), {}, {}, kGoodKey).status, 401);
}

}  // namespace
}  // namespace musicfleet::http
