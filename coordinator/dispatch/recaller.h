// Takes jobs in hand back: those that wait behind another song on their worker although a worker with nothing
// to do would have made them sooner, or in time for their deadline, and those that a worker that takes no new
// job still says to have. It only asks; a worker that has begun the song does not answer, and nothing
// changes. What comes back goes to its old place in the queue, and matching decides anew. One thread.
#pragma once

#include "coordinator/dispatch/decisions.h"
#include "coordinator/dispatch/forecast.h"
#include "coordinator/dispatch/matcher.h"

#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace musicfleet::dispatch {

class Recaller {
 public:
  // Workers with jobs in hand that one turn looks at; the next turn goes on where this one ended.
  static constexpr std::size_t kLookedAt = 64;
  // A job is only taken back for a gain above this and above half of what the song takes elsewhere; twice
  // that after each time that it has been taken back, so that measurements that waver do not move it about.
  static constexpr double kLeastGainSeconds = 2;

  // All outlive it.
  Recaller(const Settings& settings, JobBook& book, const Fleet& fleet, const Matcher& matcher,
           const Forecast& forecast)
      : settings_(settings), book_(book), fleet_(fleet), matcher_(matcher), forecast_(forecast) {}

  // After matching, what is left over being free. `changed`: workers that are not as they were or have just
  // spoken; `everywhere`: whether a worker may have become idle, so that the others' jobs are looked at too.
  void consider(const std::set<WorkerId>& changed, bool everywhere, Turn& turn);
  // The worker gave this job back. Whether it had been asked to; then a line of its history says so.
  bool returned(LiveJob& live, Turn& turn) const;

 private:
  struct Gain {
    JobId job;
    WorkerId to;
    bool in_time = false;  // for its deadline, which it would miss where it is
    double begins_s = 0;   // where it is
    double here_s = 0;     // until it is made where it is, from now
    double there_s = 0;
    double margin_s = 0;
  };

  // Notes whether the worker may have jobs in hand.
  void note(const WorkerId& worker);
  void take_from_draining(const WorkerId& worker, Turn& turn);
  std::vector<WorkerId> next_crowded();
  void find_gains(const WorkerId& from, const Turn& turn, std::vector<Gain>& gains) const;
  std::optional<Gain> gain_of(const LiveJob& live, const FleetMember& from, const Turn& turn) const;
  // Jobs that the worker holds, has not begun and was not asked for lately.
  std::vector<LiveJob*> in_hand_of(const FleetMember& worker, SteadyTime now) const;
  // Whether a job that is on its way back is meant for this worker.
  bool awaits(const WorkerId& worker) const;
  void forget_arrived();
  void recall(LiveJob& live, HistoryEvent line, Turn& turn) const;

  const Settings& settings_;
  JobBook& book_;
  const Fleet& fleet_;
  const Matcher& matcher_;
  const Forecast& forecast_;
  std::set<WorkerId> crowded_;         // hold more than one job, counting what they have lost
  WorkerId last_looked_at_;            // of those
  std::map<WorkerId, Lease> awaited_;  // the worker that a job is taken back for
};

}  // namespace musicfleet::dispatch
