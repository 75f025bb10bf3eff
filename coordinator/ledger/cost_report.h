// What songs cost, what they were sold for, and what that means for a rented server: a pure function of
// ledger rows and of the numbers that an operator gives. Every sum is of the rows themselves; only what is
// shared out by time is rounded, to the micro-dollar. Any thread.
#pragma once

#include "coordinator/ledger/price_table.h"
#include "coordinator/ledger_entry.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace musicfleet::ledger {

// A month of rent: a twelfth of 365.25 days.
inline constexpr std::chrono::milliseconds kMonth{2'629'800'000};

struct CostBasis {
  WallTime from{}, to{};                   // the period; `to` is not part of it
  MicroDollars server_month{409'000'000};  // rent of one server
  int servers = 1;                         // paid for throughout the period
  MicroDollars song_price{2'990'000};      // at which the margin is reckoned
  std::string vendor_model;                // for what the same songs would have cost
  PriceTable prices;                       // of the vendor
  std::optional<TenantId> tenant;          // only what is of this one; of the rent its part by work
};

// Sums over some rows of the ledger.
struct CostLine {
  std::int64_t fleet_songs = 0;       // delivered, made here
  std::int64_t bought_songs = 0;      // delivered, bought
  std::int64_t unknown = 0;           // purchases with an unknown outcome, less those that were taken back
  std::int64_t shadow_songs = 0;      // bought to compare
  std::chrono::milliseconds song{0};  // length of what was delivered
  std::chrono::milliseconds work{0};  // of our GPUs, in vain or not
  MicroDollars fleet_cost;            // of that work, as it was charged
  MicroDollars bought_cost;           // purchases of all kinds, unknown ones at full price, less refunds
  MicroDollars sold;
  MicroDollars vendor_cost;   // of the same delivered songs, had the vendor made them all
  std::int64_t unpriced = 0;  // delivered songs for which no price of the vendor is known

  std::int64_t songs() const { return fleet_songs + bought_songs; }
  MicroDollars cost() const { return fleet_cost + bought_cost; }
  bool operator==(const CostLine&) const = default;
};

// Money figures a song are unset where there is no song; those that need the vendor's price, where it is not
// known.
struct CostReport {
  CostBasis basis;
  CostLine total;
  std::map<std::string, CostLine> by_tenant, by_model, by_provider, by_day;  // days as "2026-11-22"

  MicroDollars server_cost;                         // rent of the period, idle hours included
  std::optional<MicroDollars> cost_a_song;          // marginal: the work done and what was bought
  std::optional<MicroDollars> full_cost_a_song;     // the whole rent and what was bought
  std::optional<MicroDollars> margin_a_song;        // song_price − cost_a_song
  std::optional<MicroDollars> full_margin_a_song;   // song_price − full_cost_a_song
  std::optional<MicroDollars> vendor_cost_a_song;   // on average of those with a price
  std::optional<std::int64_t> break_even_on_sales;  // songs a month whose price pays a month's rent
  std::optional<std::int64_t>
      break_even_on_vendor;             // songs a month that cost as much at the vendor as the rent
  std::optional<MicroDollars> savings;  // vendor_cost − server_cost − bought_cost; below 0: a loss
  int utilisation_permille = 0;         // GPU work over the period's hours of all servers
};

// Takes the rows one by one, so that nobody holds a long ledger.
class CostTally {
 public:
  explicit CostTally(CostBasis basis) { report_.basis = std::move(basis); }

  // In any order. Rows outside the period do not count.
  void add(const LedgerEntry& entry);
  CostReport report() const;

 private:
  CostReport report_;
  std::chrono::milliseconds work_of_all_{0};  // of every tenant
};

// Of rows that are at hand.
CostReport cost_report(const std::vector<LedgerEntry>& entries, CostBasis basis);

// What an hour's rent comes to for so much work, rounded up: the amount of a fleet row of the ledger.
MicroDollars work_cost(MicroDollars server_month, std::chrono::milliseconds work);

}  // namespace musicfleet::ledger
