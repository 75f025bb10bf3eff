#include "coordinator/dispatch/published_leases.h"

namespace musicfleet::dispatch {

void PublishedLeases::add(const WorkerId& worker, const Lease& lease) {
  if (!entries_.emplace(worker, lease).second) return;
  by_age_.emplace_back(worker, lease);
  if (by_age_.size() <= kRemembered) return;
  entries_.erase(by_age_.front());
  by_age_.pop_front();
}

bool PublishedLeases::contains(const WorkerId& worker, const Lease& lease) const {
  return entries_.count({worker, lease}) > 0;
}

}  // namespace musicfleet::dispatch
