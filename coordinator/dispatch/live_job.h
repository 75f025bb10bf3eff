// A job that is not over, as dispatching holds it in memory. Plain data.
#pragma once

#include "coordinator/dispatch/pace.h"
#include "coordinator/dispatch/vendor_terms.h"
#include "coordinator/job.h"

#include <optional>
#include <set>
#include <string>

namespace musicfleet::dispatch {

// What is known about a lease's arrival at its worker.
enum class Delivery {
  kSent,      // by this process
  kRestored,  // given by an earlier process, which may have ended before it was sent
  kNamed,     // the worker has named it
};

struct LiveJob {
  Job job;
  std::set<WorkerId> failed_on;           // workers on which an attempt has failed
  Delivery delivery = Delivery::kSent;    // of the current lease
  Pace pace;                              // of the current lease
  std::string lease_model;                // the worker's model that makes it, of the current lease
  bool ran_out_of_memory = false;         // the last attempt that failed did
  std::string waiting_for;                // the reason that its history last gave for its wait
  std::optional<SteadyTime> begun_at;     // since when the worker is known to be at it, of the current lease
  std::optional<SteadyTime> recalled_at;  // when the worker was last asked to give it back, of that lease
  int taken_back = 0;                     // times that it came back when it was asked for

  // What the provider that takes money is to this job.
  struct VendorRecord {
    std::optional<Result<VendorSong>> song;  // what it would be asked for; unset: not looked at
    std::string told;                        // the way and reason that its history last gave
    std::string cannot;                      // it never makes this song, by its own words; empty: not known
    int in_vain = 0;                         // purchases that came to nothing
    std::optional<SteadyTime> rests_until;   // after the last of them
  };
  VendorRecord vendor;
  bool kept_from_fleet = false;  // may only be bought
  bool rests = false;            // waits for its next attempt

  // Waits for its turn on its worker, by all that is known. Of a lease that an earlier process gave nothing
  // is known before its worker has named it.
  bool in_hand() const {
    return job.state == JobState::kLeased && !begun_at && delivery != Delivery::kRestored;
  }
  bool may_be_withdrawn() const { return in_hand() && !job.cancel_requested; }
};

}  // namespace musicfleet::dispatch
