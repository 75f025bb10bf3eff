// The purchases that this process has decided, and what is left to spend: an intent counts from its decision
// on, until it certainly cost nothing. Pure: the store has the rows, and what earlier processes spent comes
// from there. One thread.
#pragma once

#include "coordinator/dispatch/events.h"
#include "coordinator/dispatch/vendor_terms.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace musicfleet::dispatch {

class Purchases {
 public:
  explicit Purchases(const Failover& failover) : budget_(failover.budget, failover.warn_percent) {}

  // `unknown`: purchases of which nobody knows whether they were paid for.
  void restore(std::set<Lease> unknown, const std::vector<Spending>& spending);
  void limit(const TenantId& tenant, const TenantLimits& limits);

  // The budgets that the intent brought to their warning, or past it to their end.
  std::vector<ledger::BudgetLine> begin(const PurchaseIntent& intent);
  // The intent that has ended; unset where none is under way for this lease.
  std::optional<PurchaseIntent> end(const PurchaseEnd& end);

  // The one of this job that is under way; null without one.
  const PurchaseIntent* under_way(const JobId& job) const;
  // Whether the job has one of which nobody knows whether it was paid for.
  bool is_unknown(const JobId& job) const;
  // An operator has found out what became of it.
  void settle(const PurchaseSettled& settled);
  // Of the tightest budget; unset without one.
  std::optional<MicroDollars> left(const TenantId& tenant, WallTime at) const;

 private:
  std::map<JobId, PurchaseIntent> under_way_;  // at most one a job
  std::set<Lease> unknown_;
  ledger::Budget budget_;
};

}  // namespace musicfleet::dispatch
