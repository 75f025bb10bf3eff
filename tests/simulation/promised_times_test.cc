// The times that are promised, at the default settings and on the virtual clock: detection within a lease,
// re-dispatch within a second of it, a hang, a cancellation.
#include "tests/simulation/world.h"

#include <gtest/gtest.h>

namespace musicfleet::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// When workers were heard and jobs were assigned.
class Stopwatch final : public Judge {
 public:
  explicit Stopwatch(Timeline& timeline) : timeline_(timeline) {}

  void hears(const dispatch::Dispatcher&, const dispatch::Event& event) override {
    if (const auto* said = std::get_if<dispatch::WorkerSaid>(&event))
      heard[said->worker] = timeline_.elapsed();
  }
  void leaves(const WorkerId& worker, const to_worker::Message& message) override {
    if (const auto* assign = std::get_if<to_worker::Assign>(&message))
      assigned.push_back({worker, assign->lease, timeline_.elapsed()});
  }
  using Judge::leaves;

  struct Assigned {
    WorkerId worker;
    Lease lease;
    Micros at;
  };
  std::map<WorkerId, Micros> heard;
  std::vector<Assigned> assigned;

 private:
  Timeline& timeline_;
};

// Three healthy workers, one job, no trouble but what a test makes.
class PromisedTimes : public testing::TestWithParam<std::uint64_t> {
 protected:
  PromisedTimes() : world_(setup()), stopwatch_(new Stopwatch(world_.timeline)) {
    world_.judges.add(std::unique_ptr<Judge>(stopwatch_));
    world_.start();
    EXPECT_TRUE(world_.run_for(seconds(3)));
    JobOrder order;
    order.tenant = TenantId{"t"};
    order.spec.steps = 40;
    world_.customers.order(Micros{0}, order);
    EXPECT_TRUE(assignments(1));
    world_.run_for(Dice(GetParam(), 9).between(milliseconds(2'500), seconds(12)));
  }

  static WorldSetup setup() {
    WorldSetup setup;
    setup.seed = GetParam();
    setup.workers = 3;
    return setup;
  }
  bool assignments(std::size_t count) {
    return world_.run_until([&] { return stopwatch_->assigned.size() >= count; }, minutes(15));
  }
  std::size_t owner() const {
    return static_cast<std::size_t>(stopwatch_->assigned[0].worker.value.back() - '0');
  }
  const Stopwatch::Assigned& second() const { return stopwatch_->assigned[1]; }

  World world_;
  Stopwatch* stopwatch_;
};

TEST_P(PromisedTimes, TheJobOfASilentWorkerIsWithAnotherOneWithinALeaseAndASecond) {
  world_.network.block(owner(), true, true, minutes(60));
  ASSERT_TRUE(assignments(2)) << world_.verdict.finding();
  const Micros silence = second().at - stopwatch_->heard[stopwatch_->assigned[0].worker];
  EXPECT_GE(silence, seconds(15) - milliseconds(5));
  EXPECT_LE(silence, seconds(16));
  EXPECT_NE(second().worker, stopwatch_->assigned[0].worker);
}

TEST_P(PromisedTimes, TheJobOfAKilledWorkerIsWithAnotherOneWithinALeaseAndASecondOfItsDeath) {
  const Micros death = world_.timeline.elapsed();
  world_.workers[owner()]->crash();
  ASSERT_TRUE(assignments(2)) << world_.verdict.finding();
  EXPECT_LE(second().at - death, seconds(16));
}

TEST_P(PromisedTimes, AForgottenJobIsWithAnotherOneWithinALeaseAndASecond) {
  const Micros forgotten = world_.timeline.elapsed();
  world_.workers[owner()]->forget_one();
  ASSERT_TRUE(assignments(2)) << world_.verdict.finding();
  EXPECT_LE(second().at - forgotten, seconds(16));
}

TEST_P(PromisedTimes, AGpuThatHangsInTheSolverLosesItsJobWithinHalfAMinuteThoughItsWorkerBeats) {
  const Micros hung = world_.timeline.elapsed();
  world_.workers[owner()]->manners().hangs = true;
  ASSERT_TRUE(assignments(2)) << world_.verdict.finding();
  EXPECT_GT(stopwatch_->heard[stopwatch_->assigned[0].worker], hung + seconds(20)) << "it did not beat";
  EXPECT_LE(second().at - hung, seconds(32));
}

TEST_P(PromisedTimes, ARestartOfTheCoordinatorCostsNoLease) {
  world_.coordinator.crash();
  const auto quiet = [&] { return world_.quiet(); };
  ASSERT_TRUE(world_.run_until(quiet, minutes(15))) << world_.verdict.finding();
  EXPECT_EQ(stopwatch_->assigned.size(), 1u);
}

TEST_P(PromisedTimes, ACancelledJobOfASilentWorkerEndsWithItsLease) {
  world_.network.block(owner(), true, true, minutes(60));
  const Lease lease = stopwatch_->assigned[0].lease;
  Micros confirmed{0};
  world_.coordinator.cancel(lease.job, [&](const Result<Job>& answer) {
    ASSERT_TRUE(answer);
    confirmed = world_.timeline.elapsed();
  });
  const auto cancelled = [&] {
    return world_.coordinator.tables().find(lease.job)->job.state == JobState::kCancelled;
  };
  ASSERT_TRUE(world_.run_until(cancelled, minutes(5))) << world_.verdict.finding();
  EXPECT_LE(world_.timeline.elapsed() - confirmed, seconds(16));
}

INSTANTIATE_TEST_SUITE_P(Seeds, PromisedTimes, testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace musicfleet::simulation
