#include "coordinator/store/ledger_table.h"

#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

using namespace std::chrono_literals;

class LedgerTableTest : public StoreTest {
 protected:
  LedgerTable ledger{database};

  PurchaseIntent intent(const std::string& job, Epoch epoch = 1, std::int64_t ms = 1'000) {
    return {{JobId{job}, epoch},
            TenantId{"default"},
            "elevenlabs",
            "music_v1",
            PurchasePurpose::kDelivery,
            180s,
            {450'000},
            "a row",
            at(ms)};
  }
  PurchaseEnd end(const std::string& job, PurchaseState state, Epoch epoch = 1) {
    return {{JobId{job}, epoch}, at(2'000), state, state == PurchaseState::kBought ? "song_1" : "", "why"};
  }
  LedgerEntry fleet_song(const std::string& job) {
    return {0,  at(5), EntryKind::kFleetSong, TenantId{"default"}, JobId{job}, 1, "fleet", "turbo", 30s,
            4s, {700}};
  }
  std::vector<LedgerEntry> rows() { return ledger.entries(at(0), at(1'000'000)).value(); }
  bool refused(const char* sql) {
    const auto done = database.execute(sql);
    return !done && done.error().code == ErrorCode::kConflict;
  }
};

TEST_F(LedgerTableTest, AShadowsSongIsKnownByItsKey) {
  PurchaseIntent shadow = intent("a");
  shadow.purpose = PurchasePurpose::kShadow;
  ASSERT_TRUE(ledger.intend(shadow));
  EXPECT_EQ(ledger.purchase({JobId{"a"}, 1})->object, "");
  PurchaseEnd bought = end("a", PurchaseState::kBought);
  bought.object = "2026/11/a-1-shadow.mp3";
  ASSERT_TRUE(ledger.end(bought));
  EXPECT_EQ(ledger.purchase({JobId{"a"}, 1})->object, "2026/11/a-1-shadow.mp3");
}

TEST_F(LedgerTableTest, APurchaseIsKeptAsItWasIntendedAndAsItEnded) {
  ASSERT_TRUE(ledger.intend(intent("a")));
  EXPECT_EQ(ledger.purchase({JobId{"a"}, 1})->state, PurchaseState::kIntended);
  EXPECT_TRUE(rows().empty()) << "nothing is charged for an intent";
  ASSERT_TRUE(ledger.end(end("a", PurchaseState::kBought)));
  const Purchase stored = ledger.purchase({JobId{"a"}, 1}).value();
  EXPECT_EQ(stored.intent.price.value, 450'000);
  EXPECT_EQ(stored.intent.price_note, "a row");
  EXPECT_EQ(stored.intent.song, 180s);
  EXPECT_EQ(stored.vendor_song, "song_1");
  EXPECT_EQ(stored.ended_at, at(2'000));
  ASSERT_EQ(rows().size(), 1u);
  EXPECT_EQ(rows()[0], (LedgerEntry{1,
                                    at(2'000),
                                    EntryKind::kPurchase,
                                    TenantId{"default"},
                                    JobId{"a"},
                                    1,
                                    "elevenlabs",
                                    "music_v1",
                                    180s,
                                    0ms,
                                    {450'000}}));
}

TEST_F(LedgerTableTest, WhatWasCertainlyNotBoughtIsNotCharged) {
  ASSERT_TRUE(ledger.intend(intent("a")));
  ASSERT_TRUE(ledger.end(end("a", PurchaseState::kNotBought)));
  EXPECT_TRUE(rows().empty());
  EXPECT_TRUE(ledger.spending(9)->empty());
}

TEST_F(LedgerTableTest, AnUnknownPurchaseIsChargedListedAndSettledOnce) {
  ASSERT_TRUE(ledger.intend(intent("a")));
  ASSERT_TRUE(ledger.intend(intent("b")));
  ASSERT_TRUE(ledger.end(end("a", PurchaseState::kUnknown)));
  ASSERT_TRUE(ledger.end(end("b", PurchaseState::kUnknown)));
  ASSERT_EQ(ledger.unknown_purchases(10)->size(), 2u);
  EXPECT_EQ(ledger.leases_of_unknown_purchases().value(),
            (std::set{end("a", PurchaseState::kUnknown).lease, end("b", PurchaseState::kUnknown).lease}));
  ASSERT_TRUE(ledger.settle(end("a", PurchaseState::kNotBought)));
  ASSERT_TRUE(ledger.settle(end("b", PurchaseState::kLost)));
  EXPECT_TRUE(ledger.unknown_purchases(10)->empty());
  EXPECT_TRUE(ledger.leases_of_unknown_purchases()->empty());
  MicroDollars sum;
  for (const LedgerEntry& row : rows()) sum += row.amount;
  EXPECT_EQ(sum.value, 450'000) << "one was paid for, one was taken back";
  EXPECT_EQ(ledger.settle(end("a", PurchaseState::kLost)).error().code, ErrorCode::kConflict);
}

TEST_F(LedgerTableTest, AnIntentThatAProcessLeftBehindBecomesUnknown) {
  ASSERT_TRUE(ledger.intend(intent("a")));
  ASSERT_TRUE(ledger.intend(intent("b")));
  ASSERT_TRUE(ledger.end(end("b", PurchaseState::kBought)));
  EXPECT_EQ(ledger.give_up_what_is_under_way(at(9'000), "the coordinator ended").value(), 1);
  EXPECT_EQ(ledger.give_up_what_is_under_way(at(9'000), "the coordinator ended").value(), 0);
  const auto unknown = ledger.unknown_purchases(10).value();
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown[0].intent.lease.job, JobId{"a"});
  EXPECT_EQ(unknown[0].reason, "the coordinator ended");
}

TEST_F(LedgerTableTest, OneLeaseBuysOnceAndOneJobBuysOneSongAtATime) {
  ASSERT_TRUE(ledger.intend(intent("a")));
  EXPECT_EQ(ledger.intend(intent("a")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(ledger.intend(intent("a", 2)).error().code, ErrorCode::kConflict)
      << "the first is still under way";
  ASSERT_TRUE(ledger.end(end("a", PurchaseState::kNotBought)));
  EXPECT_TRUE(ledger.intend(intent("a", 2)));
}

TEST_F(LedgerTableTest, OneSongOfAJobIsDeliveredAndSoldOnce) {
  ASSERT_TRUE(ledger.add(fleet_song("a")));
  LedgerEntry again = fleet_song("a");
  again.epoch = 2;
  EXPECT_EQ(ledger.add(again).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(ledger.intend(intent("a", 3)));
  EXPECT_FALSE(ledger.end(end("a", PurchaseState::kBought, 3)))
      << "it would be charged and delivered nowhere";
  LedgerEntry sale = fleet_song("a");
  sale.kind = EntryKind::kSale;
  ASSERT_TRUE(ledger.add(sale));
  sale.epoch = 2;
  EXPECT_FALSE(ledger.add(sale));
}

TEST_F(LedgerTableTest, AShadowIsChargedBesideTheDeliveredSong) {
  ASSERT_TRUE(ledger.add(fleet_song("a")));
  PurchaseIntent shadow = intent("a");
  shadow.purpose = PurchasePurpose::kShadow;
  ASSERT_TRUE(ledger.intend(shadow));
  ASSERT_TRUE(ledger.end(end("a", PurchaseState::kBought)));
  EXPECT_EQ(rows().back().kind, EntryKind::kShadowPurchase);
}

TEST_F(LedgerTableTest, APurchaseBeginsAndEndsWithTheChangesOfItsLeaseOrNotAtAll) {
  ASSERT_TRUE(writer.insert(queued_job("job_1"), std::nullopt));
  const Lease lease{JobId{"job_1"}, 1};
  ASSERT_TRUE(writer.apply({AttemptStarted{lease, WorkerId{"elevenlabs"}, at(1)}, intent("job_1")}));
  EXPECT_EQ(ledger.purchase(lease)->state, PurchaseState::kIntended);
  ASSERT_TRUE(writer.apply({AttemptEnded{lease, at(2), AttemptOutcome::kSucceeded, std::nullopt},
                            end("job_1", PurchaseState::kBought)}));
  ASSERT_EQ(rows().size(), 1u);
  EXPECT_FALSE(writer.apply({end("job_1", PurchaseState::kBought)})) << "it ended already";
  EXPECT_FALSE(writer.apply({fleet_song("job_1")})) << "the song was delivered already";
}

TEST_F(LedgerTableTest, SpendingCountsIntentsAndUnknownsByTenantAndDay) {
  constexpr std::int64_t kDay = 86'400'000;
  for (const auto& [job, ms] : std::vector<std::pair<std::string, std::int64_t>>{
           {"a", 10}, {"b", kDay - 1}, {"c", kDay}, {"d", kDay + 1}, {"e", kDay + 2}})
    ASSERT_TRUE(ledger.intend(intent(job, 1, ms)));
  ASSERT_TRUE(ledger.end(end("c", PurchaseState::kNotBought)));
  ASSERT_TRUE(ledger.end(end("d", PurchaseState::kUnknown)));
  const auto spending = ledger.spending(9).value();
  ASSERT_EQ(spending.size(), 2u);
  EXPECT_EQ(spending[0].at, at(0));
  EXPECT_EQ(spending[0].amount.value, 900'000);
  EXPECT_EQ(spending[1].amount.value, 900'000);
  EXPECT_EQ(ledger.spending(1)->size(), 1u);
}

TEST_F(LedgerTableTest, SpendingIsOfTheNewestDaysThatHaveAnyHoweverLongAgo) {
  constexpr std::int64_t kDay = 86'400'000;
  for (const auto& [job, day] : std::vector<std::pair<std::string, std::int64_t>>{
           {"a", 3}, {"b", 5}, {"c", 6}, {"d", 6}, {"of a clock that was ahead", 2'000}})
    ASSERT_TRUE(ledger.intend(intent(job, 1, day * kDay + 7)));
  const auto spending = ledger.spending(3).value();
  ASSERT_EQ(spending.size(), 3u);
  EXPECT_EQ(spending[0].at, at(5 * kDay));
  EXPECT_EQ(spending[1].at, at(6 * kDay));
  EXPECT_EQ(spending[1].amount.value, 900'000);
  EXPECT_EQ(spending[2].at, at(2'000 * kDay));
  EXPECT_EQ(ledger.spending(128)->size(), 4u);
}

TEST_F(LedgerTableTest, TheSchemaKnowsExactlyTheStatesAndTransitionsOfTheCode) {
  constexpr std::array kStates{PurchaseState::kIntended, PurchaseState::kBought, PurchaseState::kNotBought,
                               PurchaseState::kUnknown, PurchaseState::kLost};
  int number = 0;
  for (const PurchaseState from : kStates)
    for (const PurchaseState to : kStates) {
      if (from == to) continue;
      const std::string job = concat("job_", ++number);
      ASSERT_TRUE(ledger.intend(intent(job)));
      if (from == PurchaseState::kLost) {
        ASSERT_TRUE(ledger.end(end(job, PurchaseState::kUnknown)));
        ASSERT_TRUE(ledger.settle(end(job, from)));
      } else if (from != PurchaseState::kIntended) {
        ASSERT_TRUE(ledger.end(end(job, from)));
      }
      const std::string sql =
          concat("UPDATE purchases SET state = '", name_of(to),
                 "', ended_at = ", to == PurchaseState::kIntended ? "NULL" : "3", " WHERE job = '", job, "'");
      EXPECT_EQ(database.execute(sql.c_str()).has_value(), may_follow(from, to))
          << sql << " from " << name_of(from);
    }
}

TEST_F(LedgerTableTest, TheSchemaKnowsExactlyTheKindsOfTheCode) {
  for (int kind = 0; kind < 7; ++kind) {
    LedgerEntry entry = fleet_song(concat("job_", kind));
    entry.kind = static_cast<EntryKind>(kind);
    if (entry.kind == EntryKind::kRefund) entry.amount = -entry.amount;
    ASSERT_TRUE(ledger.add(entry)) << name_of(entry.kind);
  }
  EXPECT_EQ(rows().size(), 7u);
  EXPECT_TRUE(refused("INSERT INTO ledger VALUES (99, 1, 'gift', 't', 'j', 1, 'p', 'm', 0, 0, 1)"));
  EXPECT_TRUE(refused("INSERT INTO ledger VALUES (99, 1, 'refund', 't', 'j', 1, 'p', 'm', 0, 0, 1)"))
      << "a positive refund";
  EXPECT_TRUE(refused("INSERT INTO ledger VALUES (99, 1, 'sale', 't', 'j', 1, 'p', 'm', 0, 0, -1)"));
}

TEST_F(LedgerTableTest, IsWalkedInPiecesThatLeaveNothingOutAndTakeNothingTwice) {
  for (int i = 0; i < 7; ++i) {
    LedgerEntry entry = fleet_song(concat("job_", i));
    entry.at = at(i < 5 ? 10 : 5);  // several at one time, and not in the order of their numbers
    ASSERT_TRUE(ledger.add(entry));
  }
  for (const int limit : {1, 2, 3, 7, 8}) {
    std::vector<std::int64_t> numbers;
    std::optional<LedgerPosition> from = LedgerPosition{at(5), 0};
    while (from)
      from =
          ledger
              .walk(*from, at(11), limit, [&](const LedgerEntry& entry) { numbers.push_back(entry.number); })
              .value();
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{6, 7, 1, 2, 3, 4, 5})) << limit;
  }
  EXPECT_EQ(ledger.entries(at(5), at(10)).value().size(), 2u) << "the end is not part of a period";
}

TEST_F(LedgerTableTest, PurchasesAreListedNewestFirstPageByPage) {
  for (const char* job : {"a", "b", "c", "d"}) ASSERT_TRUE(ledger.intend(intent(job)));
  ASSERT_TRUE(ledger.end(end("a", PurchaseState::kUnknown)));
  ASSERT_TRUE(ledger.end(end("b", PurchaseState::kBought)));
  ASSERT_TRUE(ledger.end(end("c", PurchaseState::kUnknown)));
  const auto jobs = [&](const PurchaseListing& listing) {
    std::string names;
    const std::vector<Purchase> listed = ledger.purchases(listing).value();
    for (const Purchase& purchase : listed) names += purchase.intent.lease.job.value;
    return names;
  };
  EXPECT_EQ(jobs({false, {}, 3}), "dcb");
  EXPECT_EQ(jobs({false, 2, 3}), "a");
  EXPECT_EQ(jobs({true, {}, 10}), "ca");
  EXPECT_EQ(jobs({true, 3, 10}), "a");
  EXPECT_EQ(ledger.unknown_purchases_of(JobId{"a"})->size(), 1u);
  EXPECT_TRUE(ledger.unknown_purchases_of(JobId{"b"})->empty());
}

TEST_F(LedgerTableTest, NothingOfItIsEverChangedOrRemoved) {
  ASSERT_TRUE(ledger.add(fleet_song("a")));
  ASSERT_TRUE(ledger.intend(intent("b")));
  EXPECT_TRUE(refused("UPDATE ledger SET amount = 0"));
  EXPECT_TRUE(refused("DELETE FROM ledger"));
  EXPECT_TRUE(refused("UPDATE purchases SET price = 0"));
  EXPECT_TRUE(refused("DELETE FROM purchases"));
  EXPECT_TRUE(
      refused("INSERT INTO purchases SELECT 99, 'c', 1, tenant, provider, model, purpose, song_ms, price, "
              "price_note, intended_at, 'bought', 5, '', '', '' FROM purchases"));
}

}  // namespace
}  // namespace musicfleet::store
