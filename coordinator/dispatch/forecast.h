// When a worker will have time: foretold from the steps that its running song makes and from the speed of its
// last songs. A worker makes one song at a time, in the order in which it was given them. Reads the book and
// the experience, changes nothing. One thread.
#pragma once

#include "coordinator/dispatch/experience.h"
#include "coordinator/dispatch/fleet_member.h"
#include "coordinator/dispatch/job_book.h"

#include <map>

namespace musicfleet::dispatch {

struct Outlook {
  double seconds = 0;
  bool measured = true;  // false: some of it is a guess, for nothing like it has been measured there
};

class Forecast {
 public:
  // Both outlive it.
  Forecast(const JobBook& book, const Experience& experience) : book_(book), experience_(experience) {}

  // From now until the worker begins `hand`, a job that it holds; or, for null, until it would begin a job
  // that it were given now. Work that it no longer owns and has not let go of counts kStraySeconds.
  Outlook before(const FleetMember& worker, const LiveJob* hand, SteadyTime now) const;
  // How long making the job takes the worker that holds it.
  Outlook making(const LiveJob& live) const;

  // Until the next of the tenant's waiting jobs begins, were the fleet's whole speed to be shared out by
  // weights.
  Milliseconds turn_of(const TenantId& tenant, const std::map<WorkerId, FleetMember>& fleet) const;

  // Until the tenant's jobs that come before this one have had their share of the fleet; not much more than
  // an hour where it is longer.
  double queueing_seconds(const Job& job, const std::map<WorkerId, FleetMember>& fleet) const;

  // What a worker still does with a lease that it has lost: it did not move for long, or it stops at its next
  // step.
  static constexpr double kStraySeconds = 30;

 private:
  // Seconds of song a second that are the tenant's, were the fleet's whole speed shared out by weights.
  double speed_of(const TenantId& tenant, const std::map<WorkerId, FleetMember>& fleet) const;
  // Until the device is done with a job that has begun.
  Outlook rest_of(const LiveJob& live, SteadyTime now) const;

  const JobBook& book_;
  const Experience& experience_;
};

}  // namespace musicfleet::dispatch
