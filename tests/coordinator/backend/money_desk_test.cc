#include "coordinator/backend/money_desk.h"

#include "coordinator/backend/awaited.h"
#include "coordinator/ledger/day.h"
#include "tests/coordinator/backend/backend_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class MoneyDeskTest : public BackendTest {
 protected:
  MoneyDesk desk() {
    return {process->store, process->readers, process->audit, process->dispatch, process->clock, terms()};
  }
  static ledger::CostBasis terms() {
    ledger::CostBasis terms;
    terms.vendor_model = "music_v1";
    terms.prices = ledger::PriceTable::of({"2020-01-01 * 0.15 exact a source"}).value();
    return terms;
  }
  void write(std::function<Result<>(store::Writer&)> work) {
    const Result<> written_down = await(written<void>(process->store, std::move(work)));
    ASSERT_TRUE(written_down) << written_down.error().message;
  }
  WallTime now() { return process->clock.wall_now(); }

  static LedgerEntry song(int number, WallTime at, const char* tenant = "default") {
    LedgerEntry entry;
    entry.at = at;
    entry.tenant = TenantId{tenant};
    entry.job = JobId{concat("job_", number)};
    entry.epoch = 1;
    entry.provider = "fleet";
    entry.model = "turbo";
    entry.song = 180s;
    entry.work = 30s;
    entry.amount = ledger::work_cost({409'000'000}, entry.work);
    return entry;
  }
  void buy(const char* job, Epoch epoch, PurchaseState state) {
    write([=, at = now()](store::Writer& writer) -> Result<> {
      MF_CHECK(writer.ledger.intend({{JobId{job}, epoch},
                                     TenantId{"default"},
                                     "elevenlabs",
                                     "music_v1",
                                     PurchasePurpose::kDelivery,
                                     180s,
                                     {450'000},
                                     "a row",
                                     at}));
      return writer.ledger.end({{JobId{job}, epoch}, at, state, "", "no answer"});
    });
  }
  std::vector<std::string> audited() {
    std::vector<std::string> lines;
    const auto page = await(process->audit.audit_entries({}));
    for (const http::AuditEntry& entry : page->entries)
      lines.push_back(concat(entry.actor, ' ', entry.action, ' ', entry.target, ' ', entry.detail_json));
    return lines;
  }
  std::int64_t charged() {
    std::int64_t sum = 0;
    write([&](store::Writer& writer) -> Result<> {
      sum = MF_TRY(writer.database.integer("SELECT coalesce(sum(amount), 0) FROM ledger"));
      return {};
    });
    return sum;
  }
};

TEST_F(MoneyDeskTest, AReportOfMoreRowsThanOnePieceHasThemAllAndTheLoopGoesOnMeanwhile) {
  const int songs = 2 * MoneyDesk::kRowsAtATime + 7;
  write([&, at = now() - 1s](store::Writer& writer) -> Result<> {
    for (int i = 0; i < songs; ++i) MF_CHECK(writer.ledger.add(song(i, at)));
    return {};
  });
  MoneyDesk operators = desk();
  int turns_of_the_loop = 0;
  std::optional<Result<ledger::CostReport>> report;
  http::CostQuery query;
  query.from = std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(1);
  boost::asio::co_spawn(
      loop, operators.cost_report(query),
      [&](std::exception_ptr, Result<ledger::CostReport> made) { report = std::move(made); });
  ASSERT_TRUE(run_until([&] {
    ++turns_of_the_loop;
    return report.has_value();
  }));
  ASSERT_TRUE(*report) << report->error().message;
  EXPECT_GE(turns_of_the_loop, 3) << "once a piece at least";
  EXPECT_EQ((*report)->total.fleet_songs, songs);
  EXPECT_EQ((*report)->total.cost().value, charged());
  EXPECT_EQ((*report)->by_model.at("turbo"), (*report)->total);
}

TEST_F(MoneyDeskTest, APeriodIsWhatWasAskedForUpToNowAndByDefaultThisMonth) {
  const auto by_default = await(desk().cost_report({}));
  ASSERT_TRUE(by_default);
  const auto today = std::chrono::floor<std::chrono::days>(by_default->basis.to - 1ms);
  EXPECT_EQ(by_default->basis.from, WallTime(ledger::first_of_month(today)));
  http::CostQuery future;
  future.to = today + std::chrono::days(30);
  EXPECT_LE(await(desk().cost_report(future))->basis.to, now());
  http::CostQuery backwards;
  backwards.from = today - std::chrono::days(1);
  backwards.to = today - std::chrono::days(2);
  EXPECT_EQ(await(desk().cost_report(backwards)).error().param, "from");
  backwards = {};
  backwards.from = today + std::chrono::days(1);
  EXPECT_EQ(await(desk().cost_report(backwards)).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(MoneyDeskTest, TheReportOfATenantHasItsRowsOnly) {
  write([&, at = now() - 1ms](store::Writer& writer) -> Result<> {
    MF_CHECK(writer.ledger.add(song(1, at)));
    return writer.ledger.add(song(2, at, "shop"));
  });
  http::CostQuery query;
  query.from = std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(1);
  query.tenant = TenantId{"shop"};
  const auto report = await(desk().cost_report(query));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->total.songs(), 1);
  EXPECT_EQ(report->by_tenant.size(), 1u);
}

TEST_F(MoneyDeskTest, APurchaseThatWasNotPaidIsTakenBackWithItsRecord) {
  buy("job_a", 1, PurchaseState::kUnknown);
  EXPECT_EQ(charged(), 450'000);
  const auto settled = await(desk().settle(by, {JobId{"job_a"}, {}, false, "usage page"}));
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->state, PurchaseState::kNotBought);
  EXPECT_EQ(settled->reason, "no answer; settled as not paid: usage page");
  EXPECT_EQ(charged(), 0);
  EXPECT_THAT(audited(), ::testing::ElementsAre(
                             R"(anna purchase.settle job_a {"epoch":1,"paid":false,"price_micros":450000,)"
                             R"("note":"usage page"})"));
  EXPECT_TRUE(await(desk().purchases({true, {}, 10}))->list.empty());
}

TEST_F(MoneyDeskTest, APurchaseThatWasPaidStaysChargedAndLeavesTheList) {
  buy("job_a", 1, PurchaseState::kUnknown);
  EXPECT_EQ(await(desk().purchases({true, {}, 10}))->list.size(), 1u);
  EXPECT_EQ(await(desk().settle(by, {JobId{"job_a"}, 1, true, ""}))->state, PurchaseState::kLost);
  EXPECT_EQ(charged(), 450'000);
  EXPECT_TRUE(await(desk().purchases({true, {}, 10}))->list.empty());
  EXPECT_EQ(await(desk().purchases({}))->list.size(), 1u);
}

TEST_F(MoneyDeskTest, OnlyWhatIsUnknownAndMeantIsSettledAndNothingElseIsRecorded) {
  buy("job_a", 1, PurchaseState::kUnknown);
  buy("job_a", 2, PurchaseState::kUnknown);
  buy("job_b", 1, PurchaseState::kBought);
  const auto which = await(desk().settle(by, {JobId{"job_a"}, {}, false, ""}));
  EXPECT_EQ(which.error().code, ErrorCode::kConflict);
  EXPECT_THAT(which.error().message, HasSubstr("1, 2"));
  EXPECT_EQ(await(desk().settle(by, {JobId{"job_a"}, 3, false, ""})).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(desk().settle(by, {JobId{"job_b"}, {}, false, ""})).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(desk().settle(by, {JobId{"job_c"}, {}, false, ""})).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(audited().empty());
  EXPECT_TRUE(await(desk().settle(by, {JobId{"job_a"}, 2, false, ""})));
  EXPECT_TRUE(await(desk().settle(by, {JobId{"job_a"}, {}, false, ""}))) << "there is only one left";
  EXPECT_EQ(charged(), 450'000) << "of the one that was bought";
}

TEST_F(MoneyDeskTest, AFullPageSaysWhereTheNextOneBegins) {
  for (const char* job : {"job_a", "job_b", "job_c"}) buy(job, 1, PurchaseState::kBought);
  const auto first = await(desk().purchases({false, {}, 2}));
  ASSERT_EQ(first->list.size(), 2u);
  EXPECT_EQ(first->list[0].intent.lease.job, JobId{"job_c"});
  const auto second = await(desk().purchases({false, first->next_before, 2}));
  ASSERT_EQ(second->list.size(), 1u);
  EXPECT_EQ(second->next_before, std::nullopt);
}

}  // namespace
}  // namespace musicfleet::backend
