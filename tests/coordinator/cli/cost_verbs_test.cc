#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CostVerbs : public CliFixture {
 protected:
  void SetUp() override {
    on_loop([&] {
      ledger::CostReport& report = money_.report;
      report.basis.to = WallTime(ledger::kMonth);
      report.total.fleet_songs = 970;
      report.total.bought_songs = 30;
      report.total.unknown = 1;
      report.total.work = std::chrono::seconds(29'100);
      report.total.bought_cost = {13'950'000};
      report.total.vendor_cost = {450'000'000};
      report.by_tenant["shop"] = report.total;
      report.server_cost = {409'000'000};
      report.full_cost_a_song = MicroDollars{422'950};
      report.full_margin_a_song = MicroDollars{2'567'050};
      report.break_even_on_sales = 137;
      report.break_even_on_vendor = 909;
      report.savings = MicroDollars{-27'050'000};
      report.utilisation_permille = 11;
    });
  }
  void unknown_purchase(const char* job) {
    on_loop([&] {
      Purchase purchase;
      purchase.number = static_cast<std::int64_t>(money_.list.size()) + 1;
      purchase.state = PurchaseState::kUnknown;
      purchase.intent.lease = {JobId{job}, 3};
      purchase.intent.song = std::chrono::seconds(180);
      purchase.intent.price = {450'000};
      purchase.reason = "no answer";
      money_.list.insert(money_.list.begin(), std::move(purchase));
    });
  }
};

TEST_F(CostVerbs, TheReportSaysWhatDecides) {
  const Outcome told = run({"cost", "report"});
  EXPECT_EQ(told.status, 0) << told.err;
  for (const char* line : {"1000: 970 made here, 30 bought; 1 purchases with an unknown outcome",
                           "$409.00 for 1 server at $409.00 a month, 1.1 % of it at work",
                           "– marginal, $0.42295 with idle hours",
                           "margin at $2.99               – marginal, $2.56705 with idle hours",
                           "saved                         -$27.05", "137 sold; 909 not bought at ElevenLabs",
                           "TENANT  SONGS", "8 h 5 min"})
    EXPECT_THAT(told.out, HasSubstr(line));
  EXPECT_THAT(told.out, Not(HasSubstr("MODEL"))) << "a grouping without a line";
  EXPECT_EQ(told.err, "");
}

TEST_F(CostVerbs, SongsWithoutAPriceAreSaid) {
  on_loop([&] { money_.report.total.unpriced = 7; });
  EXPECT_THAT(run({"cost", "report"}).err, HasSubstr("for 7 songs no price"));
}

TEST_F(CostVerbs, MachinesGetJsonOrCsvOfThePeriodThatTheyAskFor) {
  const Outcome json = run({"cost", "report", "--json", "--from", "2026-11-01", "--tenant", "a&b"});
  EXPECT_EQ(nlohmann::json::parse(json.out)["savings_micros"], -27'050'000);
  EXPECT_EQ(seen([&] { return money_.costs.back().tenant; }), TenantId{"a&b"});
  EXPECT_TRUE(seen([&] { return money_.costs.back().from; }));
  const Outcome csv = run({"cost", "report", "--csv", "--servers", "2"});
  EXPECT_THAT(csv.out, HasSubstr("\r\ntenant,shop,1000,970,30,1,"));
  EXPECT_EQ(seen([&] { return money_.costs.back().servers; }), 2);
  EXPECT_EQ(run({"cost", "report", "--csv", "--json"}).status, 2);
  const Outcome wrong = run({"cost", "report", "--from", "November"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("2026-11-22")) << "an example of a day";
}

TEST_F(CostVerbs, UnknownPurchasesAreListedAndSettled) {
  unknown_purchase("job_a");
  unknown_purchase("job_b");
  const Outcome list = run({"purchases", "list", "--unknown"});
  EXPECT_THAT(list.out, HasSubstr("unknown"));
  EXPECT_THAT(list.out, HasSubstr("3 min"));
  EXPECT_THAT(list.out, HasSubstr("$0.45"));
  EXPECT_THAT(list.out, HasSubstr("no answer"));
  EXPECT_EQ(run({"purchases", "settle", "job_a", "--not-paid", "--note", "usage page"}).out,
            "job_a: $0.45 are taken back\n");
  EXPECT_EQ(seen([&] { return money_.settled.back().note; }), "usage page");
  EXPECT_EQ(run({"purchases", "settle", "job_b", "--paid", "--epoch", "3"}).out,
            "job_b: $0.45 stay charged, without a song\n");
  EXPECT_EQ(seen([&] { return money_.settled.back().epoch; }), 3u);
  EXPECT_EQ(run({"purchases", "settle", "job_b", "--paid"}).status, 3);
  EXPECT_EQ(run({"purchases", "list", "--unknown", "--json"}).out, "");
}

TEST_F(CostVerbs, NothingIsSettledWithoutAClearAnswer) {
  unknown_purchase("job_a");
  EXPECT_EQ(run({"purchases", "settle", "job_a"}).status, 2);
  EXPECT_EQ(run({"purchases", "settle", "job_a", "--paid", "--not-paid"}).status, 2);
  EXPECT_TRUE(seen([&] { return money_.settled.empty(); }));
}

TEST_F(CostVerbs, PagesFollowEachOther) {
  for (const char* job : {"job_a", "job_b", "job_c"}) unknown_purchase(job);
  const Outcome page = run({"purchases", "list", "--limit", "2"});
  EXPECT_THAT(page.out, Not(HasSubstr("job_a")));
  EXPECT_THAT(page.err, HasSubstr("--all"));
  EXPECT_THAT(run({"purchases", "list", "--limit", "2", "--all"}).out, HasSubstr("job_a"));
}

}  // namespace
}  // namespace musicfleet::cli
