// The clients: they submit jobs, repeat a submission that is not answered under the same idempotency key,
// cancel some, and look at what they were promised. They judge what they are told.
#pragma once

#include "tests/simulation/coordinator_process.h"

namespace musicfleet::simulation {

class Customers {
 public:
  static constexpr std::uint64_t kTenants = 3;
  static TenantId tenant(std::uint64_t number) { return TenantId{concat("tenant", number)}; }

  Customers(Timeline& timeline, Dice dice, CoordinatorProcess& coordinator, Verdict& verdict)
      : timeline_(timeline), dice_(dice), coordinator_(coordinator), verdict_(verdict) {}

  // One of every so many answers gets lost.
  void lose_answers(std::uint64_t one_in) { lose_one_in_ = one_in; }
  // A random order, placed after `wait`.
  void order(Micros wait);
  void order(Micros wait, const JobOrder& wish);
  // Everybody has either an answer or given up.
  bool content() const;
  std::size_t accepted() const;

 private:
  struct Wish {
    JobOrder order;
    std::optional<Micros> cancel_after;
    bool repeats = false;  // submits once more what was accepted
    int attempt = 0;
    bool given_up = false;
    bool cancelling = false;
    std::optional<JobId> job;
    std::optional<JobState> end;  // as last seen
  };

  void submit(std::size_t number);
  void answered(std::size_t number, const Result<JobId>& answer);
  void cancel(std::size_t number);
  void look(std::size_t number);
  void submit_other_body(std::size_t number);
  bool lost() { return dice_.one_in(lose_one_in_); }
  Micros delay() { return dice_.between(Micros{200}, Micros{20'000}); }

  Timeline& timeline_;
  Dice dice_;
  CoordinatorProcess& coordinator_;
  Verdict& verdict_;
  std::uint64_t lose_one_in_ = 0;
  std::vector<Wish> wishes_;
};

}  // namespace musicfleet::simulation
