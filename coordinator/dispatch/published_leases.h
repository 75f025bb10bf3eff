// The last leases whose songs were published, so that a worker that missed its `accepted` is told again.
// Forgets the oldest; whoever asks for one of those is told to let go, which loses nothing. One thread.
#pragma once

#include "common/fleet_messages.h"

#include <cstddef>
#include <deque>
#include <set>
#include <utility>

namespace musicfleet::dispatch {

class PublishedLeases {
 public:
  static constexpr std::size_t kRemembered = 4'096;

  void add(const WorkerId& worker, const Lease& lease);
  bool contains(const WorkerId& worker, const Lease& lease) const;

 private:
  using Entry = std::pair<WorkerId, Lease>;

  std::set<Entry> entries_;
  std::deque<Entry> by_age_;
};

}  // namespace musicfleet::dispatch
