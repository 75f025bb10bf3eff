// Judges the queue: a job whose lease was lost is with the next worker within a second, no worker stays idle
// beside a job that it could take, a tenant's jobs start in their order, deadlines are kept, and no job is
// lost from memory or over a restart.
#pragma once

#include "tests/simulation/limit_judge.h"
#include "tests/simulation/placement_judge.h"

#include <map>
#include <set>

namespace musicfleet::simulation {

class QueueJudge final : public Judge {
 public:
  static constexpr Micros kRedispatch = std::chrono::seconds(1);

  // `placement` and `limits` are told of everything before this one is.
  QueueJudge(Timeline& timeline, Verdict& verdict, const dispatch::Settings& settings, const Tables& tables,
             const PlacementJudge& placement, const LimitJudge& limits)
      : timeline_(timeline),
        verdict_(verdict),
        settings_(settings),
        tables_(tables),
        placement_(placement),
        limits_(limits) {}

  // Somebody set the clock: what deadlines mean is not certain any more.
  void clock_was_set() { clock_was_set_ = true; }

  void hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) override;
  void decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) override;
  void ends() override;
  void held_up(Micros duration) override { behind_until_ = timeline_.elapsed() + duration; }
  void inspect(const dispatch::Dispatcher* dispatcher) override;

 private:
  struct Waiting {
    Micros ready{0};  // at the latest
    Job job;
  };

  void judge_order(const AttemptStarted& started);
  bool comes_first(const Job& a, const Job& b) const;
  void find_idle_workers(const dispatch::Dispatcher& dispatcher);
  void find_lost_jobs(const dispatch::Dispatcher& dispatcher);
  void find_late_jobs(const dispatch::Dispatcher& dispatcher);

  Timeline& timeline_;
  Verdict& verdict_;
  const dispatch::Settings settings_;
  const Tables& tables_;
  const PlacementJudge& placement_;
  const LimitJudge& limits_;
  bool clock_was_set_ = false;
  std::map<JobId, Waiting> waiting_;  // queued jobs
  std::map<JobId, WorkerId> owners_;
  std::map<std::pair<JobId, WorkerId>, Micros> possible_since_;  // a job that waits, a worker that is idle
  std::map<JobId, Micros> missing_since_;
  Micros behind_until_{0};
};

}  // namespace musicfleet::simulation
