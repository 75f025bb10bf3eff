// Where a job goes: to the fleet, to the provider that takes money, into the queue, or back with an error. A
// pure function of the tenant's policy, the fleet's prediction, the provider's state and the budget; who asks
// has gathered these, and carries out the answer. The numbers behind each answer are in it, for the job's
// history.
#pragma once

#include "coordinator/dispatch/instant.h"
#include "coordinator/money.h"
#include "coordinator/routing_policy.h"

#include <optional>
#include <string>
#include <string_view>

namespace musicfleet::dispatch {

struct FleetOutlook {
  bool able = false;  // a connected worker may take it, now or once it has a free slot
  bool free = false;  // one of them would begin now
  // From now until the song would be here: queue, measured speed, cold model. Unset: nobody can tell.
  std::optional<Milliseconds> predicted;
  std::string why_not;  // where none is able
};

struct VendorOutlook {
  bool enabled = false;  // by the operator
  std::string cannot;    // it never makes such a song: its format, its length; empty: it does
  std::string resting;   // it is not to be asked for now: breaker open, no key, queue full; empty: it is
  std::optional<Milliseconds> again;  // when that may be over
  Milliseconds predicted{0};          // from now until the song would be here
};

// What the song costs, and the tightest budget that it must fit into.
struct Purse {
  MicroDollars price;
  std::optional<MicroDollars> left;  // unset: no limit
};

struct RouteQuestion {
  RoutingPolicy policy = RoutingPolicy::kFleetFirst;
  std::optional<Milliseconds> time_left;  // until the deadline; unset: there is none
  bool may_wait = false;          // the caller is content with a job that is queued, or it is queued already
  bool purchase_unknown = false;  // an earlier purchase for this job has an unknown outcome
  bool buys_again = false;        // the tenant's policy is to buy again then
  FleetOutlook fleet;
  VendorOutlook vendor;
  Purse purse;
};

enum class Way {
  kFleet,   // a worker makes it, now or in time
  kVendor,  // it is bought
  kBoth,    // a worker makes it; it is also bought, to be compared
  kWait,    // it stays in the queue: ask again when something changes
  kRefuse,
};

// "fleet", "elevenlabs", "both", "wait", "refuse".
std::string_view name_of(Way way);

struct Route {
  Way way = Way::kWait;
  std::string reason;  // one word: "free_worker", "over_budget", …
  ErrorCode error{};   // of a refusal: kUnavailable, kQuota (a budget), kInvalidArgument (never)
  std::optional<Milliseconds>
      try_again;            // of a wait or refusal: when it may end otherwise, where that is known
  std::string detail_json;  // an object with the question's numbers
};

Route route(const RouteQuestion& question);

}  // namespace musicfleet::dispatch
