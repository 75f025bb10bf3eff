#include "coordinator/backend/price_terms.h"

#include "coordinator/backend/vendor_order.h"

namespace musicfleet::backend {

Result<dispatch::VendorSong> PriceTerms::song_of(const Job& job) const {
  const VendorOrder order = MF_TRY(vendor_order_of(job, model_));
  return dispatch::VendorSong{order.model, order.length};
}

Result<dispatch::VendorQuote> PriceTerms::quote(const dispatch::VendorSong& song, WallTime at) const {
  ledger::Price price = MF_TRY(prices_.price(song.model, song.length, at));
  return dispatch::VendorQuote{price.amount, std::move(price.note), song.model, song.length};
}

}  // namespace musicfleet::backend
