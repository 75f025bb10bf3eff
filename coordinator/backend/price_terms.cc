#include "coordinator/backend/price_terms.h"

#include "coordinator/backend/vendor_order.h"

namespace musicfleet::backend {

Result<dispatch::VendorQuote> PriceTerms::quote(const Job& job, WallTime at) const {
  const VendorOrder order = MF_TRY(vendor_order_of(job, model_));
  ledger::Price price = MF_TRY(prices_.price(order.model, order.length, at));
  return dispatch::VendorQuote{price.amount, std::move(price.note), order.model, order.length};
}

}  // namespace musicfleet::backend
