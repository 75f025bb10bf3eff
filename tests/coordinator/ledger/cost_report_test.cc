#include "coordinator/ledger/cost_report_csv.h"

#include <gtest/gtest.h>

namespace musicfleet::ledger {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

WallTime at(unsigned d, hours h = 12h) { return sys_days(year(2026) / 11 / d) + h; }
MicroDollars dollars(const char* text) { return money_of(text).value(); }

LedgerEntry entry(EntryKind kind, const char* job, MicroDollars amount, WallTime when = at(22)) {
  LedgerEntry made;
  made.at = when;
  made.kind = kind;
  made.tenant = TenantId{"acme"};
  made.job = JobId{job};
  made.epoch = 1;
  made.provider = "elevenlabs";
  made.model = "music_v1";
  made.song = 180s;
  made.amount = amount;
  return made;
}

LedgerEntry fleet(EntryKind kind, const char* job, milliseconds work, WallTime when = at(22)) {
  LedgerEntry made = entry(kind, job, work_cost(dollars("409"), work), when);
  made.provider = "fleet";
  made.model = "turbo";
  made.work = work;
  return made;
}

// A month with one server and songs of three minutes.
CostBasis basis(const char* per_minute = "0.15") {
  CostBasis made;
  made.from = at(1, 0h);
  made.to = made.from + kMonth;
  made.vendor_model = "music_v1";
  made.prices = PriceTable::of({concat("2026-01-01 * ", per_minute, " exact a source")}).value();
  return made;
}

TEST(CostReport, TheBreakEvensOfAServerForSongsOfThreeMinutes) {
  for (const auto& [per_minute, songs] :
       std::vector<std::pair<const char*, int>>{{"0.15", 909}, {"0.30", 455}, {"0.80", 171}}) {
    const auto report = cost_report({fleet(EntryKind::kFleetSong, "j", 30s)}, basis(per_minute));
    EXPECT_EQ(report.break_even_on_vendor, songs) << per_minute;
    EXPECT_EQ(report.break_even_on_sales, 137);
  }
}

TEST(CostReport, AThousandSongsBoughtOrMadeAsTheDocumentationHasIt) {
  struct Case {
    const char *per_minute, *margin, *vendor, *saved;
  };
  for (const Case& c : {Case{"0.15", "2.54", "450", "41"}, Case{"0.30", "2.09", "900", "491"},
                        Case{"0.80", "0.59", "2400", "1991"}}) {
    std::vector<LedgerEntry> made;
    made.reserve(1'000);
    for (int i = 0; i < 1'000; ++i) made.push_back(fleet(EntryKind::kFleetSong, concat("j", i).c_str(), 30s));
    const auto report = cost_report(made, basis(c.per_minute));
    EXPECT_EQ(report.total.vendor_cost, dollars(c.vendor));
    EXPECT_EQ(report.savings, dollars(c.saved));
    EXPECT_EQ(report.basis.song_price - *report.vendor_cost_a_song, dollars(c.margin));
  }
}

TEST(CostReport, TellsTheMarginalCostFromTheOneWithIdleHours) {
  std::vector<LedgerEntry> rows;
  rows.reserve(1'000);
  for (int i = 0; i < 1'000; ++i) rows.push_back(fleet(EntryKind::kFleetSong, concat("j", i).c_str(), 30s));
  const auto report = cost_report(rows, basis());
  EXPECT_EQ(report.server_cost, dollars("409")) << "a whole month";
  EXPECT_EQ(to_text(*report.cost_a_song), "0.004666") << "30 s of a server of $409 a month, rounded up";
  EXPECT_EQ(report.full_cost_a_song, dollars("0.409"));
  EXPECT_EQ(report.full_margin_a_song, dollars("2.581"));
  EXPECT_EQ(report.total.vendor_cost, dollars("450"));
  EXPECT_EQ(report.savings, dollars("41"));
  EXPECT_EQ(report.utilisation_permille, 11) << "30,000 s of 2,629,800";
}

TEST(CostReport, UnknownPurchasesCountAtFullPriceUntilTheyAreTakenBack) {
  std::vector<LedgerEntry> rows{entry(EntryKind::kPurchase, "a", dollars("0.45")),
                                entry(EntryKind::kUnknownPurchase, "b", dollars("0.45"))};
  auto report = cost_report(rows, basis());
  EXPECT_EQ(report.total.songs(), 1);
  EXPECT_EQ(report.total.unknown, 1);
  EXPECT_EQ(report.total.bought_cost, dollars("0.90"));
  EXPECT_EQ(report.cost_a_song, dollars("0.90"));
  rows.push_back(entry(EntryKind::kRefund, "b", -dollars("0.45")));
  report = cost_report(rows, basis());
  EXPECT_EQ(report.total.unknown, 0);
  EXPECT_EQ(report.total.bought_cost, dollars("0.45"));
}

TEST(CostReport, WastedWorkAndShadowsCostAndDeliverNothing) {
  const auto report =
      cost_report({fleet(EntryKind::kFleetWaste, "a", 10s), fleet(EntryKind::kFleetSong, "a", 30s),
                   entry(EntryKind::kShadowPurchase, "a", dollars("0.45")),
                   entry(EntryKind::kSale, "a", dollars("2.99"))},
                  basis());
  EXPECT_EQ(report.total.songs(), 1);
  EXPECT_EQ(report.total.shadow_songs, 1);
  EXPECT_EQ(report.total.work, 40s);
  EXPECT_EQ(report.total.song, 180s);
  EXPECT_EQ(report.total.fleet_cost, work_cost(dollars("409"), 10s) + work_cost(dollars("409"), 30s));
  EXPECT_EQ(report.total.bought_cost, dollars("0.45"));
  EXPECT_EQ(report.total.sold, dollars("2.99"));
  EXPECT_EQ(report.total.vendor_cost, dollars("0.45")) << "the vendor would have made it once";
}

TEST(CostReport, RowsOutsideThePeriodDoNotCount) {
  const auto report = cost_report({fleet(EntryKind::kFleetSong, "a", 30s, at(1, 0h) - 1ms),
                                   fleet(EntryKind::kFleetSong, "b", 30s, at(1, 0h)),
                                   fleet(EntryKind::kFleetSong, "c", 30s, at(1, 0h) + kMonth)},
                                  basis());
  EXPECT_EQ(report.total.songs(), 1);
}

TEST(CostReport, AnEmptyPeriodHasNoFigureASong) {
  const auto report = cost_report({}, basis());
  EXPECT_EQ(report.cost_a_song, std::nullopt);
  EXPECT_EQ(report.break_even_on_vendor, std::nullopt);
  EXPECT_EQ(report.savings, -dollars("409"));
}

TEST(CostReport, SongsWithoutAPriceOfTheVendorAreCountedAndNothingIsClaimedOfThem) {
  CostBasis early = basis();
  early.from -= days(800);
  auto old = fleet(EntryKind::kFleetSong, "a", 30s, at(22) - days(700));
  const auto both = cost_report({old, fleet(EntryKind::kFleetSong, "b", 30s)}, early);
  EXPECT_EQ(both.total.songs(), 2);
  EXPECT_EQ(both.total.unpriced, 1);
  EXPECT_EQ(both.vendor_cost_a_song, dollars("0.45")) << "of the other one";
  EXPECT_EQ(both.savings, std::nullopt);
  const auto none = cost_report({old}, early);
  EXPECT_EQ(none.vendor_cost_a_song, std::nullopt);
  EXPECT_EQ(none.break_even_on_vendor, std::nullopt);
  EXPECT_EQ(none.break_even_on_sales, 137);
  EXPECT_TRUE(none.cost_a_song);
}

TEST(CostReport, OfOneTenantHasItsRowsAndItsPartOfTheRentByWork) {
  std::vector<LedgerEntry> rows{fleet(EntryKind::kFleetSong, "a", 30s),
                                fleet(EntryKind::kFleetSong, "b", 90s),
                                entry(EntryKind::kPurchase, "c", dollars("0.45"))};
  rows[1].tenant = rows[2].tenant = TenantId{"other"};
  CostBasis of_acme = basis();
  of_acme.tenant = TenantId{"acme"};
  const auto acme = cost_report(rows, of_acme);
  EXPECT_EQ(acme.total.songs(), 1);
  EXPECT_EQ(acme.by_tenant.size(), 1u);
  EXPECT_EQ(acme.total.bought_cost, MicroDollars{});
  EXPECT_EQ(acme.server_cost, dollars("102.25")) << "a quarter of the work";
  of_acme.tenant = TenantId{"nobody"};
  const auto nobody = cost_report(rows, of_acme);
  EXPECT_EQ(nobody.total, CostLine{});
  EXPECT_EQ(nobody.server_cost, MicroDollars{});
}

TEST(CostReport, TheWorkedMonthOfTheDocumentation) {
  std::vector<LedgerEntry> rows;
  rows.reserve(1'100);
  for (int i = 0; i < 970; ++i) rows.push_back(fleet(EntryKind::kFleetSong, concat("made ", i).c_str(), 30s));
  for (int i = 0; i < 30; ++i)
    rows.push_back(entry(EntryKind::kPurchase, concat("bought ", i).c_str(), dollars("0.45")));
  rows.push_back(entry(EntryKind::kUnknownPurchase, "unknown", dollars("0.45")));
  const auto report = cost_report(rows, basis());
  EXPECT_EQ(report.total.bought_cost, dollars("13.95"));
  EXPECT_EQ(report.server_cost, dollars("409"));
  EXPECT_EQ(report.full_cost_a_song, dollars("0.42295"));
  EXPECT_EQ(report.full_margin_a_song, dollars("2.56705"));
  EXPECT_EQ(report.total.vendor_cost, dollars("450"));
  EXPECT_EQ(report.savings, dollars("27.05"));
  EXPECT_EQ(report.utilisation_permille, 11);
}

TEST(CostReport, EveryGroupingSumsUpToTheTotal) {
  std::vector<LedgerEntry> rows;
  for (int i = 0; i < 200; ++i) {
    const auto kind = static_cast<EntryKind>(i % 7);
    LedgerEntry row =
        i % 3 ? fleet(kind, concat("j", i).c_str(), seconds(i), at(1 + static_cast<unsigned>(i) % 28))
              : entry(kind, concat("j", i).c_str(), MicroDollars{i * 37},
                      at(1 + static_cast<unsigned>(i) % 28));
    row.tenant = TenantId{concat("tenant ", i % 5)};
    row.model = concat("model ", i % 4);
    rows.push_back(std::move(row));
  }
  const auto report = cost_report(rows, basis());
  MicroDollars costs, sales;
  for (const LedgerEntry& row : rows) (row.kind == EntryKind::kSale ? sales : costs) += row.amount;
  EXPECT_EQ(report.total.cost(), costs);
  EXPECT_EQ(report.total.sold, sales);
  for (const auto* lines : {&report.by_tenant, &report.by_model, &report.by_provider, &report.by_day}) {
    CostLine sum;
    for (const auto& [name, line] : *lines) {
      sum.fleet_songs += line.fleet_songs, sum.bought_songs += line.bought_songs, sum.unknown += line.unknown;
      sum.shadow_songs += line.shadow_songs, sum.song += line.song, sum.work += line.work;
      sum.fleet_cost += line.fleet_cost, sum.bought_cost += line.bought_cost, sum.sold += line.sold;
      sum.vendor_cost += line.vendor_cost, sum.unpriced += line.unpriced;
    }
    EXPECT_EQ(sum, report.total);
  }
}

TEST(CostReport, CsvHasALineForEachGroupAndQuotesWhatItMust) {
  auto row = entry(EntryKind::kPurchase, "a", dollars("0.45"));
  row.tenant = TenantId{"=evil,\"quoted\""};
  const std::string csv = to_csv(cost_report({row}, basis()));
  EXPECT_NE(csv.find("total,,1,0,1,0,0,180000,0,0.00,0.45,0.00,0.45,0\r\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("tenant,\"'=evil,\"\"quoted\"\"\",1,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("day,2026-11-22,1,"), std::string::npos) << csv;
}

}  // namespace
}  // namespace musicfleet::ledger
