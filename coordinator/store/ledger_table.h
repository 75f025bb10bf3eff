// Purchases and the ledger. What a purchase is charged follows from its state by a trigger
// (schema/009_ledger.sql); what our own GPUs did and what was sold is added here. Opens no transaction of its
// own. One thread.
#pragma once

#include "coordinator/ledger_entry.h"
#include "coordinator/purchase.h"
#include "coordinator/store/database.h"

#include <functional>
#include <set>
#include <vector>

namespace musicfleet::store {

// After which row of the ledger a walk goes on.
struct LedgerPosition {
  WallTime at{};
  std::int64_t number = 0;  // 0: before the first row of that time
};

struct PurchaseListing {
  bool unknown = false;                // only those with an unknown outcome
  std::optional<std::int64_t> before;  // only those with a smaller number
  int limit = 50;
};

// What the audio store has, or is about to have, of purchases for one job that are no job's song.
struct BoughtSongs {
  std::vector<std::string> objects;
  bool under_way = false;  // one of its purchases has not ended
};

class LedgerTable {
 public:
  explicit LedgerTable(Database& database) : database_(database) {}

  // kConflict where there is one for this lease, or one of the job is under way.
  Result<> intend(const PurchaseIntent& intent);
  // Out of kIntended, into the charge that follows from it. kConflict where it is not under way.
  Result<> end(const PurchaseEnd& end);
  // What an operator found out about a purchase with an unknown outcome: kLost or kNotBought. kConflict for a
  // purchase that is not unknown.
  Result<> settle(const PurchaseEnd& end);
  // For the start of a process, before anything is bought: whatever an earlier one left under way is unknown.
  // How many.
  Result<int> give_up_what_is_under_way(WallTime at, const std::string& reason);
  // Oldest first.
  Result<std::vector<Purchase>> unknown_purchases(int limit);
  // Of any number of them.
  Result<std::set<Lease>> leases_of_unknown_purchases();
  // Of one job, by epoch.
  Result<std::vector<Purchase>> unknown_purchases_of(const JobId& job);
  // Newest first.
  Result<std::vector<Purchase>> purchases(const PurchaseListing& listing);
  // kNotFound where there is none for this lease.
  Result<Purchase> purchase(const Lease& lease);

  Result<BoughtSongs> bought_songs_of(const JobId& job);

  Result<> add(const LedgerEntry& entry);
  // From `from` on, before `to`, in order.
  Result<std::vector<LedgerEntry>> entries(WallTime from, WallTime to);
  // Up to `limit` rows after a position, before `to`, in order, each of them to `take`. Where to go on;
  // unset: that was all. Cost grows with the rows that are taken.
  Result<std::optional<LedgerPosition>> walk(const LedgerPosition& after, WallTime to, int limit,
                                             const std::function<void(const LedgerEntry&)>& take);
  // What purchases count for in budgets: all but those that were certainly not bought, by tenant and day
  // (UTC). Of the newest `most_days` days that have any, whatever the clock says now.
  Result<std::vector<Spending>> spending(std::size_t most_days);

 private:
  Result<> change_state(const char* sql, const PurchaseEnd& end);

  Database& database_;
};

}  // namespace musicfleet::store
