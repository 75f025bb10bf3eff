// What the provider would make of a job, asked once, and what it would take for that, asked for each decision
// about a job that could be bought.
// Whoever implements it answers at once, from what it knows. Pure interface, the dispatcher's thread.
#pragma once

#include "coordinator/ledger/budget.h"

#include <chrono>
#include <string>

namespace musicfleet::dispatch {

// What would be ordered for a job: the same for as long as the job lives.
struct VendorSong {
  std::string model;  // the provider's
  std::chrono::milliseconds length{0};
};

struct VendorQuote {
  MicroDollars price;
  std::string price_note;  // the row of the price table that it comes from
  std::string model;       // the provider's
  std::chrono::milliseconds song{0};
};

class VendorTerms {
 public:
  virtual ~VendorTerms() = default;

  // Asked once a job, whose whole order it may read. kInvalidArgument: the provider never makes such a song.
  virtual Result<VendorSong> song_of(const Job& job) const = 0;
  // What it costs there at `at`. kNotFound: no price is known.
  virtual Result<VendorQuote> quote(const VendorSong& song, WallTime at) const = 0;
};

// What the dispatcher is given to buy songs with.
struct Failover {
  const VendorTerms* terms = nullptr;  // outlives the dispatcher; null: nothing is ever bought
  ledger::SpendingLimits budget = {};  // of everybody together
  int warn_percent = 80;               // of a budget
};

}  // namespace musicfleet::dispatch
