// Judges leases: one owner an epoch, epochs that rise, no lease taken from a worker that names it nor kept by
// one that does not, slots and draining respected. Reckons everything anew from what the coordinator hears
// and decides.
#pragma once

#include "tests/simulation/judge.h"

#include <map>
#include <set>

namespace musicfleet::simulation {

class LeaseJudge final : public Judge {
 public:
  LeaseJudge(Timeline& timeline, Verdict& verdict, const dispatch::Settings& settings)
      : timeline_(timeline), verdict_(verdict), settings_(settings) {}

  void hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) override;
  void decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) override;
  void leaves(const WorkerId& worker, const to_worker::Message& message) override;
  void ends() override;
  void held_up(Micros duration) override {
    allowance_ = std::max(allowance_, timeline_.elapsed() + duration);
  }
  void inspect(const dispatch::Dispatcher* dispatcher) override;

 private:
  // What has been heard about a lease that is the current one.
  struct Open {
    Epoch epoch = 0;
    WorkerId worker;
    Micros renewed{0};  // when it was last given or named
    Micros excused{0};  // until when nobody could have named it
    Micros moved{0};
    Micros steps_since{0};  // the first report of the solver
    int first_step = 0;
    RunningJob report;
    bool named = false;  // by the worker, to this process
    bool cancelled = false;
  };

  void take_report(const dispatch::Dispatcher& dispatcher, const WorkerId& worker,
                   const std::vector<RunningJob>& running);
  void begin(const WorkerId& worker, const Lease& lease);
  void finish(const AttemptEnded& ended);
  int busy(const WorkerId& worker) const;
  Micros longest_silence(const Open& open) const;

  Timeline& timeline_;
  Verdict& verdict_;
  const dispatch::Settings settings_;
  std::map<JobId, Open> open_;
  std::map<WorkerId, std::set<Lease>> reported_;  // as each worker last said
  std::map<WorkerId, std::set<Lease>> strays_;    // of those, what is not its own
  std::map<WorkerId, bool> draining_;             // by their own word
  std::set<WorkerId> ordered_to_drain_;
  std::map<JobId, Epoch> last_assigned_;
  dispatch::Event cause_ = dispatch::Tick{};
  Micros allowance_{0};  // until when the coordinator may be behind: it was held up
};

}  // namespace musicfleet::simulation
