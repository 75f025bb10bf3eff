// What buying songs comes to, in Prometheus' text format. Counts since the process started; the ledger has
// the whole truth. Loop thread.
#pragma once

#include "coordinator/ledger/budget.h"
#include "coordinator/providers/vendor_queue.h"
#include "coordinator/purchase.h"
#include "coordinator/vendor_service.h"

#include <memory>
#include <string>

namespace musicfleet::backend {

class PurchaseMetrics {
 public:
  PurchaseMetrics();
  ~PurchaseMetrics();
  PurchaseMetrics(const PurchaseMetrics&) = delete;
  PurchaseMetrics& operator=(const PurchaseMetrics&) = delete;

  void ended(PurchaseState state, MicroDollars price);
  void warned(const ledger::BudgetLine& line);
  // `outcome`: "answered", "refused", "unknown" or "unavailable".
  void passed_on(VendorService service, std::string_view outcome);
  std::string text(const providers::VendorState& vendor);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace musicfleet::backend
