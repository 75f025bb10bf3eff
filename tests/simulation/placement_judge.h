// Judges where jobs go: to a worker that takes jobs, has the model and the memory and is not left alone for
// its failures, and not back to where the job has failed while another worker could take it. Reckons what is
// known of workers anew from what they say and how attempts end; other judges ask it.
#pragma once

#include "tests/simulation/judge.h"

#include <map>
#include <set>

namespace musicfleet::simulation {

class PlacementJudge final : public Judge {
 public:
  PlacementJudge(Timeline& timeline, Verdict& verdict, const dispatch::Settings& settings)
      : timeline_(timeline), verdict_(verdict), settings_(settings) {}

  // Whether anything but a free slot keeps this worker from taking the job.
  bool could_take(const Job& job, const WorkerId& worker) const;
  bool has_failed_on(const JobId& job, const WorkerId& worker) const;

  void hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) override;
  void decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) override;
  void leaves(const WorkerId& worker, const to_worker::Message& message) override;
  using Judge::leaves;
  void ends() override;

 private:
  // As the worker last said, and what operators have ordered.
  struct Known {
    int protocol_version = 1;
    std::vector<FleetModel> models;
    std::uint64_t memory_free_bytes = 0;
    bool says_draining = false;
    bool owes_word = false;  // has given a job back or was told to go on, and has not said since that it does
  };
  struct Failures {
    double count = 0;
    std::chrono::milliseconds at{0};
    std::chrono::milliseconds rests_until{0};
  };
  struct Owner {
    WorkerId worker;
    Epoch epoch = 0;
    std::string model;
  };

  const FleetModel* model_of(const Job& job, const Known& worker) const;
  bool draining(const WorkerId& worker, const Known& known) const {
    return known.says_draining || known.owes_word || ordered_to_drain_.count(worker) > 0;
  }
  std::chrono::milliseconds now() const {
    return std::chrono::floor<std::chrono::milliseconds>(timeline_.elapsed());
  }
  double faded(const Failures& failures) const;
  void take_order(const dispatch::DrainOrdered& order);
  void hear(const WorkerId& worker, const to_coordinator::Message& message);
  void judge_grant(const dispatch::Dispatcher& dispatcher, const AttemptStarted& started);
  void take_end(const AttemptEnded& ended);

  Timeline& timeline_;
  Verdict& verdict_;
  const dispatch::Settings settings_;
  std::map<WorkerId, Known> workers_;
  std::set<WorkerId> ordered_to_drain_;
  std::map<std::pair<WorkerId, std::string>, Failures> failures_;  // by model
  std::map<JobId, std::set<WorkerId>> failed_on_;
  std::map<JobId, Owner> owners_;
  std::set<JobId> cancelled_;
};

}  // namespace musicfleet::simulation
