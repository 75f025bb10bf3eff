// One simulated fleet: a coordinator, its workers and clients, whoever troubles them and who judges. A seed
// determines everything that happens in it.
#pragma once

#include "tests/simulation/lease_judge.h"
#include "tests/simulation/nemesis.h"
#include "tests/simulation/queue_judge.h"

namespace musicfleet::simulation {

struct WorldSetup {
  std::uint64_t seed = 1;
  std::size_t workers = 4;
  std::size_t trace_lines = 0;
  dispatch::Settings settings;
  bool alike = true;   // the workers' machines
  bool sells = false;  // songs can be bought
  ledger::SpendingLimits budget = {};
};

class World {
 public:
  explicit World(const WorldSetup& setup);

  void start();
  // Lets time pass until `done` says so or `limit` is over; false in the latter case, or once a promise is
  // broken.
  bool run_until(const std::function<bool()>& done, Micros limit);
  bool run_for(Micros time);
  // Every job has ended, on disk and for whoever works on it.
  bool quiet() const;

  Timeline timeline;
  Verdict verdict;
  Judges judges;
  Network network;
  Vendor vendor;
  CoordinatorProcess coordinator;
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  Customers customers;
  std::unique_ptr<Nemesis> nemesis;

 private:
  // Whoever is down is started again, by and by, as a service manager does.
  void look_after();
  void inspect();

  Dice dice_;
  bool coordinator_awaited_ = false;
  std::vector<bool> awaited_;
};

struct Report {
  bool clean = true;
  std::string promise;  // that was broken
  std::string finding;
  std::deque<std::string> trace;
  std::size_t accepted = 0;  // jobs
  Micros virtual_time{0};
};

// The run of a seed: two minutes of trouble, then peace until everything has ended.
Report simulate(std::uint64_t seed, std::size_t trace_lines = 0);

}  // namespace musicfleet::simulation
