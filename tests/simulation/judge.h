// A judge watches the fleet through these hooks and says what promise was broken. Verdict keeps the first
// finding; the run ends with it.
#pragma once

#include "coordinator/dispatch/dispatcher.h"
#include "tests/simulation/tables.h"
#include "tests/simulation/timeline.h"

#include <memory>

namespace musicfleet::simulation {

class Verdict {
 public:
  explicit Verdict(Timeline& timeline) : timeline_(timeline) {}

  template <class... Parts>
  void broken(std::string_view promise, const Parts&... parts) {
    if (!finding_.empty()) return;
    promise_ = promise;
    finding_ = concat(promise, ": ", parts...);
    timeline_.note("BROKEN: ", finding_);
  }
  bool clean() const { return finding_.empty(); }
  const std::string& promise() const { return promise_; }
  const std::string& finding() const { return finding_; }

 private:
  Timeline& timeline_;
  std::string promise_, finding_;
};

class Judge {
 public:
  virtual ~Judge() = default;

  // The dispatcher is about to be told this; it was made for the present life of the coordinator.
  virtual void hears(const dispatch::Dispatcher&, const dispatch::Event&) {}
  // It has decided. Nothing of it is committed yet.
  virtual void decided(const dispatch::Dispatcher&, const dispatch::Decisions&) {}
  virtual void committed(const std::vector<Change>&) {}
  // The database refused a change: a check or trigger would have been broken.
  virtual void refused(const Error&) {}
  // A submission has passed the checks of what a tenant may have, and is written down now; or is not after
  // all.
  virtual void admits(const Job&) {}
  virtual void turns_away(const Job&) {}
  // An operator's order to put a failed job back is being committed.
  virtual void puts_back(const Job& /*failed*/, const Job& /*queued*/) {}
  // An effect leaves the coordinator.
  virtual void leaves(const WorkerId&, const to_worker::Message&) {}
  virtual void leaves(const Job& /*published*/) {}
  // An order goes to the provider's queue.
  virtual void orders(const PurchaseIntent&) {}
  // Answers to clients.
  virtual void answered_submission(const JobId&) {}
  virtual void answered_cancel(const JobId&) {}
  virtual void removes(const std::string& /*object*/) {}
  // The coordinator ends; it was held up for so long.
  virtual void ends() {}
  virtual void held_up(Micros) {}
  // Every half second of virtual time, and at the end of the run.
  virtual void inspect(const dispatch::Dispatcher* /*null while the coordinator is down or stands still*/) {}
  virtual void closes() {}
};

class Judges {
 public:
  // They are told of everything in the order in which they were added.
  template <class J>
  J& add(std::unique_ptr<J> judge) {
    J& added = *judge;
    judges_.push_back(std::move(judge));
    return added;
  }
  template <class Tell>
  void each(Tell tell) const {
    for (const auto& judge : judges_) tell(*judge);
  }

 private:
  std::vector<std::unique_ptr<Judge>> judges_;
};

}  // namespace musicfleet::simulation
