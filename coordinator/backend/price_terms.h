// What dispatching asks before it buys: whether ElevenLabs makes the song of a job, and what it costs by the
// price table. Pure, any thread.
#pragma once

#include "coordinator/dispatch/vendor_terms.h"
#include "coordinator/ledger/price_table.h"

namespace musicfleet::backend {

class PriceTerms final : public dispatch::VendorTerms {
 public:
  // Jobs of our own API ask for `model`.
  PriceTerms(ledger::PriceTable prices, std::string model)
      : prices_(std::move(prices)), model_(std::move(model)) {}

  Result<dispatch::VendorSong> song_of(const Job& job) const override;
  Result<dispatch::VendorQuote> quote(const dispatch::VendorSong& song, WallTime at) const override;

 private:
  const ledger::PriceTable prices_;
  const std::string model_;
};

}  // namespace musicfleet::backend
