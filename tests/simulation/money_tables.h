// What is on the coordinator's disk of money: the tables of schema/009_ledger.sql as maps, with their checks
// and triggers. A change that the real database would refuse is refused.
#pragma once

#include "coordinator/ledger_entry.h"
#include "coordinator/purchase.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace musicfleet::simulation {

class MoneyTables {
 public:
  Result<> intend(const PurchaseIntent& intent);
  Result<> end(const PurchaseEnd& end);
  // What an operator found out about an unknown purchase.
  Result<> settle(const PurchaseEnd& end);
  Result<> add(const LedgerEntry& entry);
  // At the start of a process: what an earlier one left under way is unknown.
  void give_up_what_is_under_way(WallTime at);

  const std::map<Lease, Purchase>& purchases() const { return purchases_; }
  const std::vector<LedgerEntry>& ledger() const { return ledger_; }
  // What a coordinator that starts is to know.
  std::set<Lease> unknown() const;
  std::vector<Spending> spending() const;

 private:
  Result<> change_state(const PurchaseEnd& end, PurchaseState from);

  std::map<Lease, Purchase> purchases_;
  std::vector<LedgerEntry> ledger_;
};

}  // namespace musicfleet::simulation
