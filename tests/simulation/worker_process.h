// A worker's process: the real LinkMachine, and around it a model of WorkerDaemon's job keeping with an
// imitated GPU and encoder, on the virtual clock. Keep it in step with worker/daemon/worker_daemon.cc. Its
// Manners make it a bad worker.
#pragma once

#include "tests/simulation/coordinator_process.h"
#include "worker/daemon/link_machine.h"

namespace musicfleet::simulation {

// How well the worker behaves and works.
struct Manners {
  double slowness = 1;                     // times the usual length of a solver step
  std::uint64_t out_of_memory_one_in = 0;  // songs
  std::uint64_t encoder_fails_one_in = 0;
  std::uint64_t upload_breaks_one_in = 0;
  std::uint64_t ignores_cancel_one_in = 0;
  bool shares_memory = false;  // something else takes half of what is free on its device
  bool hangs = false;          // begins no further step, though it beats
  bool lies = false;           // names and reports leases that it does not hold
};

// What the machine is.
struct Machine {
  int protocol_version = 2;
  std::vector<FleetModel> models{{"turbo", "ace_v15", "turbo"}};
  std::uint64_t memory_free_bytes = 0;  // beside the weights; 0: it cannot tell
};

class WorkerProcess {
 public:
  WorkerProcess(Timeline& timeline, Dice dice, Network& network, CoordinatorProcess& coordinator,
                std::size_t number, Machine machine);

  void start();
  void crash();
  void stand_still(Micros duration);
  // SIGTERM: drains, finishes, says goodbye, ends.
  void leave();
  // A job is lost inside it, without a word.
  void forget_one();
  bool up() const { return process_.up(); }
  bool idle() const { return held_.empty(); }
  Manners& manners() { return manners_; }

  // From the network.
  void connected();
  void receive(const to_worker::Message& message);

 private:
  enum class Phase { kGenerating, kEncoding, kNeedsTicket, kUploading, kUploaded, kFailed };
  struct Held {
    RunningJob running;
    Phase phase = Phase::kGenerating;
    JobSpec spec;
    bool stop = false;
    int failed_uploads = 0;
    Error error;
    std::uint64_t repeat = 0;  // of the timer that counts
  };

  // The link
  void carry_out(daemon::LinkEffects effects);
  void arm();
  bool tell(to_coordinator::Message message);
  void on_welcome();
  void on_order(const to_worker::Message& order);

  // Orders
  void take(const to_worker::Assign& assign);
  void cancel(const Lease& lease);
  void upload(const to_worker::Ticket& ticket);
  void drain();
  void give_back(const Lease& lease);
  void resume();

  // The GPU and the encoder
  bool withdraw(const Lease& lease);
  void begin_next();
  void make_step(const Lease& lease);
  bool fits(const JobSpec& song) const;
  std::uint64_t memory_free_bytes() const {
    return machine_.memory_free_bytes / (manners_.shares_memory ? 2 : 1);
  }
  void generated(const Lease& lease, std::optional<Error> error);
  void encoded(const Lease& lease);
  void uploaded(const Lease& lease, const Result<>& status);

  Held* find(const Lease& lease, Phase phase);
  void enter(Held& job, Phase phase, Stage stage);
  void report(Held& job);
  void report_after(Held& job, Micros wait);
  void give_up(Held& job, Error error);
  void drop(const Lease& lease);
  void holdings_changed();
  void lie();

  Timeline& timeline_;
  Dice dice_;
  Network& network_;
  CoordinatorProcess& coordinator_;
  const std::size_t number_;
  const Machine machine_;
  Process process_;
  Manners manners_;

  // Of one life.
  std::unique_ptr<daemon::LinkMachine> link_;
  std::uint64_t timers_ = 0;
  std::map<Lease, Held> held_;
  std::deque<Lease> gpu_queue_;
  std::optional<Lease> on_gpu_;
  Micros encoder_free_at_{0};
  bool draining_ = false;
  bool leaving_ = false;
  bool ended_ = false;
  std::vector<Lease> seen_;  // leases that it once held: what a liar speaks of
};

}  // namespace musicfleet::simulation
