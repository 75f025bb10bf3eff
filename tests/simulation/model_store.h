// The coordinator's store thread: what is posted waits for the transaction under way and shares the next one;
// its result comes back after the commit. What was not committed when the process ends is lost, and what was
// committed may not have been answered. Takes virtual time for each fsync.
#pragma once

#include "tests/simulation/process.h"
#include "tests/simulation/tables.h"

namespace musicfleet::simulation {

class ModelStore {
 public:
  // Carries out one piece of work; an error is its own and takes only its own writes back.
  using Work = std::function<Result<>(Tables&)>;
  using Done = std::function<void(Result<>)>;

  ModelStore(Timeline& timeline, Dice dice, Process& owner)
      : timeline_(timeline), dice_(dice), owner_(owner) {}

  void post(Work work, Done done);
  // Before a process begins its work: what an earlier one was buying has an unknown outcome.
  void give_up_purchases(WallTime at) { tables_.money().give_up_what_is_under_way(at); }
  // The owner's process has ended.
  void lose_what_is_not_committed();
  // How long an fsync takes from now on.
  void set_fsync(Micros least, Micros most) { fsync_least_ = least, fsync_most_ = most; }
  // The disk is full for the next transaction.
  void fail_next_commit() { fail_next_ = true; }

  const Tables& tables() const { return tables_; }

 private:
  static constexpr std::size_t kLargestGroup = 256;
  struct Item {
    Work work;
    Done done;
  };

  void begin();
  void commit();

  Timeline& timeline_;
  Dice dice_;
  Process& owner_;
  Tables tables_;
  std::deque<Item> waiting_;
  std::vector<Item> group_;
  bool busy_ = false;
  bool fail_next_ = false;
  Micros fsync_least_{200};
  Micros fsync_most_{2'000};
};

}  // namespace musicfleet::simulation
