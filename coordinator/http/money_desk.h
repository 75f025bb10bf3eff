// What operators see of money, and what they decide about it, as their routes need it. Implemented by
// coordinator/backend; tests implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"
#include "coordinator/ledger/cost_report.h"
#include "coordinator/purchase.h"

namespace musicfleet::http {

struct CostQuery {
  std::optional<std::chrono::sys_days> from;  // 00:00 UTC; unset: the first of the present month
  std::optional<std::chrono::sys_days> to;    // not part of it; unset or in the future: up to now
  std::optional<TenantId> tenant;             // only what is of this one
  int servers = 1;                            // that are paid for throughout
};

struct PurchaseQuery {
  bool unknown = false;                // only those with an unknown outcome
  std::optional<std::int64_t> before;  // only those with a smaller number
  int limit = 50;
};

struct Purchases {
  std::vector<Purchase> list;  // newest first
  std::optional<std::int64_t> next_before;
};

// What an operator found out at the provider about a purchase with an unknown outcome.
struct Settlement {
  JobId job;
  std::optional<Epoch> epoch;  // needed where the job has several
  bool paid = false;
  std::string note;
};

class MoneyDesk {
 public:
  virtual ~MoneyDesk() = default;

  // kInvalidArgument for a period that ends before it begins. Rows that are written while it is made may be
  // missing.
  virtual Awaitable<ledger::CostReport> cost_report(CostQuery query) = 0;
  virtual Awaitable<Purchases> purchases(PurchaseQuery query) = 0;
  // Committed, with its record in the audit log, when it completes; the purchase as it is then. kNotFound
  // where the job has no such purchase with an unknown outcome, kConflict where it has several and the epoch
  // is not said.
  virtual Awaitable<Purchase> settle(Operator by, Settlement settlement) = 0;
};

}  // namespace musicfleet::http
