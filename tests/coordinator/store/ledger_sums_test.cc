// Reports and budgets say what the rows of the database say, whatever happened.
#include "common/backoff.h"
#include "coordinator/ledger/budget.h"
#include "coordinator/ledger/cost_report.h"
#include "coordinator/store/ledger_table.h"
#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kStart = 1'795'000'000'000;  // 2026-11-18
constexpr std::int64_t kHour = 3'600'000;

// Five days of purchases that end in every way, songs of the fleet and sales, from a seed.
class LedgerSums : public StoreTest {
 protected:
  LedgerTable ledger{database};
  std::uint64_t random = 7;
  ledger::Budget budget{{}, 80};
  std::int64_t delivered = 0, listed = 0;

  std::uint64_t draw(std::uint64_t below) { return next_random(random) % below; }

  void buy(const std::string& job, WallTime when) {
    const TenantId tenant{concat("tenant ", draw(3))};
    const MicroDollars price{static_cast<std::int64_t>(draw(900'000))};
    const Lease lease{JobId{job}, 1};
    ASSERT_TRUE(ledger.intend(
        {lease, tenant, "elevenlabs", "music_v1", PurchasePurpose::kDelivery, 30s, price, "", when}));
    budget.spend(tenant, price, when);
    const auto end = [&](PurchaseState state) { return PurchaseEnd{lease, when + 1min, state, "", ""}; };
    switch (draw(5)) {
      case 0:
        ASSERT_TRUE(ledger.end(end(PurchaseState::kNotBought)));
        budget.give_back(tenant, price, when);
        return;
      case 1:
        ASSERT_TRUE(ledger.end(end(PurchaseState::kUnknown)));
        ++listed;
        return;
      case 2:
        ASSERT_TRUE(ledger.end(end(PurchaseState::kUnknown)));
        ASSERT_TRUE(ledger.settle(end(PurchaseState::kNotBought)));
        budget.give_back(tenant, price, when);
        return;
      case 3:
        return;  // under way
      default:
        ASSERT_TRUE(ledger.end(end(PurchaseState::kBought)));
        ++delivered;
    }
  }

  void make(const std::string& job, WallTime when) {
    const auto work = std::chrono::milliseconds(draw(60'000));
    const auto kind = draw(4) == 0 ? EntryKind::kFleetWaste : EntryKind::kFleetSong;
    ASSERT_TRUE(ledger.add({0, when, kind, TenantId{"t"}, JobId{job}, 1, "fleet", "turbo", 30s, work,
                            ledger::work_cost({409'000'000}, work)}));
    if (kind == EntryKind::kFleetSong) {
      ASSERT_TRUE(ledger.add(
          {0, when, EntryKind::kSale, TenantId{"t"}, JobId{job}, 1, "fleet", "turbo", 30s, 0s, {2'990'000}}));
    }
  }

  void SetUp() override {
    ASSERT_TRUE(database.execute("BEGIN"));
    for (int i = 0; i < 300; ++i) {
      const WallTime when = at(kStart + static_cast<std::int64_t>(draw(5 * 24)) * kHour);
      if (i % 2)
        buy(concat("bought_", i), when);
      else
        make(concat("made_", i), when);
    }
    ASSERT_TRUE(database.execute("COMMIT"));
  }
  std::int64_t sum(const char* sql) { return database.integer(sql).value(); }
};

TEST_F(LedgerSums, TheReportIsTheSumOfTheRows) {
  ledger::CostBasis basis;
  basis.from = at(kStart);
  basis.to = at(kStart + 6 * 24 * kHour);
  basis.prices = ledger::PriceTable::of({"2026-01-01 * 0.15 exact s"}).value();
  const auto report = ledger::cost_report(ledger.entries(basis.from, basis.to).value(), basis);
  EXPECT_EQ(report.total.cost().value, sum("SELECT sum(amount) FROM ledger WHERE kind <> 'sale'"));
  EXPECT_EQ(report.total.sold.value, sum("SELECT sum(amount) FROM ledger WHERE kind = 'sale'"));
  EXPECT_EQ(report.total.work.count(), sum("SELECT sum(work_ms) FROM ledger"));
  EXPECT_EQ(report.total.songs(),
            sum("SELECT count(*) FROM ledger WHERE kind IN ('fleet_song', 'purchase')"));
  EXPECT_GT(report.total.bought_songs, 10);
}

TEST_F(LedgerSums, ChargesAreDeliveriesAndListedUnknowns) {
  EXPECT_EQ(sum("SELECT count(*) FROM ledger WHERE kind = 'purchase'"), delivered);
  EXPECT_EQ(sum("SELECT count(*) FROM purchases WHERE state = 'unknown'"), listed);
  EXPECT_EQ(sum("SELECT sum(amount) FROM ledger WHERE provider = 'elevenlabs'"),
            sum("SELECT sum(price) FROM purchases WHERE state IN ('bought', 'unknown', 'lost')"));
}

TEST_F(LedgerSums, ABudgetThatIsRestoredIsTheOneThatWasThere) {
  ledger::Budget restored({}, 80);
  restored.restore(ledger.spending(ledger::Budget::kKeptDays).value());
  for (const char* tenant : {"", "tenant 0", "tenant 1", "tenant 2"})
    for (int day = 0; day < 6; ++day)
      for (const auto period : {ledger::Period::kDay, ledger::Period::kMonth}) {
        const WallTime when = at(kStart + day * 24 * kHour);
        EXPECT_EQ(restored.spent(TenantId{tenant}, period, when),
                  budget.spent(TenantId{tenant}, period, when))
            << tenant << day;
      }
}

}  // namespace
}  // namespace musicfleet::store
