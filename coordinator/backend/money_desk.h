// Money, to operators: the cost report is summed on the readers' threads, some rows at a time, so that a long
// ledger holds up neither the loop nor other look-ups; what an operator finds out about a purchase is written
// with its record in the audit log, then told to dispatching. Loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/money_desk.h"
#include "coordinator/store/reader_pool.h"
#include "coordinator/store/store_thread.h"

namespace musicfleet::backend {

class MoneyDesk final : public http::MoneyDesk {
 public:
  // Rows that one piece of a reader's work sums up: some milliseconds.
  static constexpr int kRowsAtATime = 10'000;

  // `terms`: what the configuration says of rent and prices; its period and tenant are each report's own.
  MoneyDesk(store::StoreThread& store, store::ReaderPool& readers, AuditLog& audit, DispatchLoop& dispatch,
            const Clock& clock, ledger::CostBasis terms)
      : store_(store),
        readers_(readers),
        audit_(audit),
        dispatch_(dispatch),
        clock_(clock),
        terms_(std::move(terms)) {}

  http::Awaitable<ledger::CostReport> cost_report(http::CostQuery query) override;
  http::Awaitable<http::Purchases> purchases(http::PurchaseQuery query) override;
  http::Awaitable<Purchase> settle(http::Operator by, http::Settlement settlement) override;

 private:
  Result<ledger::CostBasis> basis_of(const http::CostQuery& query) const;

  store::StoreThread& store_;
  store::ReaderPool& readers_;
  AuditLog& audit_;
  DispatchLoop& dispatch_;
  const Clock& clock_;
  ledger::CostBasis terms_;
};

}  // namespace musicfleet::backend
