// The workers with a free slot, by the models that they have: emptier and faster first. Keeps a decision from
// costing the whole fleet. One thread.
#pragma once

#include "coordinator/dispatch/fleet_member.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace musicfleet::dispatch {

class FreeWorkers {
 public:
  // As the worker is now; `speed` in seconds of song a second, `models`: those of which it may be given a
  // job, with "" where it may be given one that names none.
  void update(const FleetMember& worker, int busy, double speed, std::set<std::string> models);
  void remove(const WorkerId& worker);

  bool empty() const { return places_.empty(); }
  // Whether one of them holds no job.
  bool has_idle() const;
  // Models of which a worker is free, with "" for any.
  std::vector<std::string> open() const;
  // Calls visit(const WorkerId&), emptier and faster workers first, until it answers false.
  template <class Visit>
  void each(const std::string& model, Visit visit) const {
    const auto found = by_model_.find(model);
    if (found == by_model_.end()) return;
    for (const Place& place : found->second)
      if (!visit(std::get<2>(place))) return;
  }

 private:
  using Place = std::tuple<int, double, WorkerId>;  // jobs held, −speed, name

  struct Entry {
    Place place;
    std::set<std::string> models;
  };

  std::map<WorkerId, Entry> places_;
  std::map<std::string, std::set<Place>> by_model_;
};

}  // namespace musicfleet::dispatch
