// Asks for each waiting job which way its song goes (route.h), and buys it where the answer says so: gathers
// what the router wants to know, writes down what it decided, keeps jobs that must be bought away from
// workers, and takes in how purchases end. The book moves the jobs. One thread.
#pragma once

#include "coordinator/dispatch/events.h"
#include "coordinator/dispatch/matcher.h"
#include "coordinator/dispatch/purchases.h"
#include "coordinator/dispatch/route.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace musicfleet::dispatch {

class Buyer {
 public:
  // Jobs that are asked for in one turn where all are to be asked for anew; the next ones follow.
  static constexpr std::size_t kAskedTogether = 64;
  static constexpr Milliseconds kBetweenAsked{10};
  // An order without a deadline whose request has not left by then comes back, and so does none sooner.
  static constexpr Milliseconds kLongestQueueing{600'000}, kShortestQueueing{5'000};

  // All outlive it. `random_state` seeds the jitter of rests after a purchase that came to nothing.
  Buyer(const Settings& settings, JobBook& book, Agenda& agenda, const Matcher& matcher,
        const std::map<TenantId, TenantLimits>& limits, const Failover& failover, std::uint64_t random_state)
      : settings_(settings),
        book_(book),
        agenda_(agenda),
        matcher_(matcher),
        limits_(limits),
        terms_(failover.terms),
        purchases_(failover),
        random_state_(random_state) {}

  // `unknown`: purchases of which nobody knows whether they were paid for.
  void restore(std::set<Lease> unknown, const std::vector<Spending>& spending);
  void take(VendorStands stands, SteadyTime now);
  void take_limits(const TenantId& tenant, const TenantLimits& limits, SteadyTime now);
  void settle(const PurchaseSettled& settled, SteadyTime now);
  void end(PurchaseEnded& event, Turn& turn);
  // The job is to be cancelled: what is under way for it is taken back, if it has not left.
  void withdraw(const JobId& job, Turn& turn) const;

  // To be asked for in route_waiting(): this job; soon, all that wait.
  void ask_for(const JobId& job) { asked_.push_back(job); }
  void ask_for_all(SteadyTime now);
  // Asks for those that are new in the queue or were named, before workers are matched.
  void route_waiting(Turn& turn);
  // Buys what workers have just been given, where the tenant wants to compare.
  void shadow_granted(Turn& turn);

  Route route_for(const Job& job, bool may_wait, const Instant& now) const;
  bool has_unknown_purchase(const JobId& job) const { return purchases_.is_unknown(job); }
  bool has_open_purchase(const JobId& job) const { return purchases_.under_way(job) != nullptr; }
  // Of the tightest budget; unset without one.
  std::optional<MicroDollars> budget_left(const TenantId& tenant, WallTime at) const {
    return purchases_.left(tenant, at);
  }

 private:
  struct Answer {
    RouteQuestion question;
    Route route;
    std::optional<VendorQuote> quote;
  };
  using Record = LiveJob::VendorRecord;

  const TenantLimits& limits_of(const TenantId& tenant) const;
  // Whether it can be a question at all where this tenant's jobs go.
  bool is_open(const TenantLimits& limits) const;
  void look_at(LiveJob& live) const;
  Answer ask(const Job& job, const LiveJob* live, bool may_wait, const Instant& now) const;
  VendorOutlook vendor_outlook(const Job& job, const Record& record, SteadyTime now) const;
  void decide(LiveJob& live, Turn& turn);
  void ask_again_for_all(SteadyTime now);
  void keep_from_fleet(LiveJob& live, bool keep);
  void ask_again(const LiveJob& live, const Route& route, const Instant& now);
  void buy(LiveJob& live, const Answer& answer, PurchasePurpose purpose, Turn& turn);
  void end_delivery(LiveJob& live, PurchaseEnded& event, Turn& turn);
  void end_shadow(PurchaseEnded& event, Turn& turn);

  const Settings& settings_;
  JobBook& book_;
  Agenda& agenda_;
  const Matcher& matcher_;
  const std::map<TenantId, TenantLimits>& limits_;
  const VendorTerms* terms_;
  Purchases purchases_;
  std::uint64_t random_state_;
  VendorStands stands_;
  SteadyTime stands_since_{};
  std::vector<JobId> asked_;
};

}  // namespace musicfleet::dispatch
