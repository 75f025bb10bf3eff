// What the provider would take for a job's song: asked for each decision about a job that could be bought.
// Whoever implements it answers at once, from what it knows. Pure interface, the dispatcher's thread.
#pragma once

#include "coordinator/ledger/budget.h"

#include <chrono>
#include <string>

namespace musicfleet::dispatch {

struct VendorQuote {
  MicroDollars price;
  std::string price_note;  // the row of the price table that it comes from
  std::string model;       // the provider's
  std::chrono::milliseconds song{0};
};

class VendorTerms {
 public:
  virtual ~VendorTerms() = default;

  // What the song of this job costs there at `at`. kInvalidArgument: the provider never makes such a song;
  // kNotFound: no price is known.
  virtual Result<VendorQuote> quote(const Job& job, WallTime at) const = 0;
};

// What the dispatcher is given to buy songs with.
struct Failover {
  const VendorTerms* terms = nullptr;  // outlives the dispatcher; null: nothing is ever bought
  ledger::SpendingLimits budget = {};  // of everybody together
  int warn_percent = 80;               // of a budget
};

}  // namespace musicfleet::dispatch
