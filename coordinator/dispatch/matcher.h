// Gives ready jobs to free workers: the queue says whose turn it is, placement which worker is best, the book
// grants the lease. Also says why a job waits. Looks at a handful of workers a job and at no job whose model
// nobody free has. One thread.
#pragma once

#include "coordinator/dispatch/experience.h"
#include "coordinator/dispatch/forecast.h"
#include "coordinator/dispatch/free_workers.h"
#include "coordinator/dispatch/job_book.h"
#include "coordinator/dispatch/placement.h"
#include "coordinator/dispatch/route.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace musicfleet::dispatch {

using Fleet = std::map<WorkerId, FleetMember>;

class Matcher {
 public:
  // Free workers that are compared for one job where it could go to any of them.
  static constexpr std::size_t kCompared = 16;
  // Workers that a line of history tells about.
  static constexpr std::size_t kTold = 8;

  // All outlive it.
  Matcher(const Settings& settings, JobBook& book, const Fleet& fleet, const Experience& experience,
          const Forecast& forecast)
      : settings_(settings), book_(book), fleet_(fleet), experience_(experience), forecast_(forecast) {}

  // Something about this worker has changed, or it has come or gone.
  void refresh(const WorkerId& worker, SteadyTime now);
  void match(Turn& turn);
  // Jobs that match() has looked at since the start: what its cost grows with.
  std::uint64_t looked_at() const { return looked_at_; }
  const FreeWorkers& free() const { return free_; }
  // The worker as placement of this job sees it.
  Candidate candidate(const Job& job, const FleetMember& worker, SteadyTime now) const;
  // What the fleet promises for this job, which has failed on these workers: of what has been measured.
  FleetOutlook outlook(const Job& job, const std::set<WorkerId>& failed_on, SteadyTime now) const;
  // What this job meets at each worker, and the limit of its tenant: an object for people and history.
  std::string explain(const LiveJob& live, SteadyTime now) const;

 private:
  // Models of which the worker may be given jobs once it has a slot, with "" for a job that names none.
  std::set<std::string> models_of(const FleetMember& worker, SteadyTime now) const;
  std::vector<Candidate> candidates(const LiveJob& live, SteadyTime now) const;
  std::vector<Candidate> told_of(const LiveJob& live, SteadyTime now) const;
  void note_waiting(LiveJob& live, Turn& turn);

  const Settings& settings_;
  JobBook& book_;
  const Fleet& fleet_;
  const Experience& experience_;
  const Forecast& forecast_;
  FreeWorkers free_;
  bool refreshed_ = false;  // since the last match: who was set aside may now be possible
  std::uint64_t looked_at_ = 0;
};

}  // namespace musicfleet::dispatch
