// A seeded random fleet: workers that work, crash, fall silent, come back, forget and answer late, clients
// that submit and cancel, a coordinator that dies. After every event the invariants of DESIGN's guarantees
// must hold.
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : state_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
      act();
      deliver();
      check();
    }
    settle();
  }

 private:
  struct Worker {
    std::map<Lease, RunningJob> running;
    bool silent = false;
    bool known = false;
  };

  std::uint64_t draw(std::uint64_t below) { return next_random(state_) % below; }
  std::string any_worker() { return concat("w", draw(4)); }

  void act() {
    const std::uint64_t dice = draw(100);
    const std::string name = any_worker();
    Worker& worker = workers_[name];
    if (dice < 12) {
      scene_.submit(concat("job", ++submitted_), static_cast<int>(draw(5)) - 2, {},
                    draw(8) == 0 ? std::optional(Milliseconds(draw(60'000))) : std::nullopt);
    } else if (dice < 55) {
      beat(name, worker);
    } else if (dice < 70) {
      finish_one(name, worker);
    } else if (dice < 74) {
      if (submitted_ > 0) scene_.apply(CancelRequested{JobId{concat("job", 1 + draw(submitted_))}});
    } else if (dice < 77) {
      worker = Worker{};  // crashed and started anew
      hello(name, worker);
    } else if (dice < 79) {
      worker.silent = !worker.silent;
    } else if (dice < 81) {
      scene_.apply(WorkerGone{WorkerId{name}});
    } else if (dice < 82) {
      scene_.restart(Milliseconds(draw(20'000)));
      for (auto& [other, its] : workers_) its.known = false;
    } else if (dice < 84) {
      late_result();
    } else if (dice < 85) {
      worker.running.clear();  // it forgets and says nothing
    } else {
      scene_.pass(Milliseconds(draw(6'000)));
    }
  }

  void hello(const std::string& name, Worker& worker) {
    worker.known = true;
    std::vector<RunningJob> running;
    for (auto& [lease, report] : worker.running) running.push_back(report);
    scene_.hello(name, 2, running);
  }

  void beat(const std::string& name, Worker& worker) {
    if (worker.silent) return;
    if (!worker.known) return hello(name, worker);
    std::vector<RunningJob> running;
    for (auto& [lease, report] : worker.running) {
      if (draw(2) == 0) report = denoising(lease, std::min(report.step + 1, 8));
      running.push_back(report);
    }
    scene_.beat(name, running);
  }

  void finish_one(const std::string& name, Worker& worker) {
    if (worker.running.empty() || worker.silent) return;
    const Lease lease = worker.running.begin()->first;
    if (draw(3) == 0) {
      worker.running.erase(lease);
      scene_.fail(name, lease, draw(6) == 0 ? ErrorCode::kInvalidArgument : ErrorCode::kOutOfMemory);
    } else {
      scene_.song_ready(name, lease);
    }
  }

  // An upload that was under way while its lease may have been lost.
  void late_result() {
    if (seen_leases_.empty()) return;
    const Lease lease = seen_leases_[draw(seen_leases_.size())];
    scene_.upload(lease, concat(lease.job, "/", lease.epoch));
  }

  void deliver() {
    for (const IssueTicket& ticket : std::exchange(scene_.tickets, {}))
      scene_.upload(ticket.song.lease, concat(ticket.song.lease.job, "/", ticket.song.lease.epoch));
    for (int i = 0; i < 4; ++i) {
      const std::string name = concat("w", i);
      Worker& worker = workers_[name];
      for (const auto& assign : scene_.sent<to_worker::Assign>(name)) {
        seen_leases_.push_back(assign.lease);
        if (draw(20) != 0)
          worker.running[assign.lease] = RunningJob{assign.lease, Stage::kConditioning, 0, 0};
      }
      for (const auto& accepted : scene_.sent<to_worker::Accepted>(name))
        worker.running.erase(accepted.lease);
      if (!scene_.sent<to_worker::Again>(name).empty()) worker.known = false;
      std::vector<Lease> stopped;
      for (const auto& cancel : scene_.sent<to_worker::Cancel>(name))
        if (worker.running.erase(cancel.lease)) stopped.push_back(cancel.lease);
      stopped_.emplace_back(name, stopped);
    }
    scene_.forget_sent();
    for (const auto& [name, leases] : std::exchange(stopped_, {}))
      for (const Lease& lease : leases) scene_.fail(name, lease, ErrorCode::kCancelled);
  }

  void check() {
    for (std::uint64_t i = 1; i <= submitted_; ++i) {
      const JobId id{concat("job", i)};
      const Job& job = scene_.job(id);
      Job& before = last_[id];
      ASSERT_GE(job.epoch, before.epoch) << id;
      ASSERT_TRUE(job.state != JobState::kLeased || job.epoch > 0) << id;
      if (is_final(before.state)) {
        ASSERT_EQ(job.state, before.state) << id << " left a final state";
        ASSERT_EQ(job.epoch, before.epoch) << id;
        if (before.audio) {
          ASSERT_EQ(job.audio->object, before.audio->object) << id << " was published twice";
        }
      }
      ASSERT_EQ(job.audio.has_value(), job.state == JobState::kSucceeded) << id;
      ASSERT_EQ(job.finished_at.has_value(), is_final(job.state)) << id;
      if (job.audio) {
        ASSERT_EQ(job.audio->object, concat(id, "/", job.epoch)) << "a result of another epoch";
      }
      ASSERT_EQ(scene_.dispatcher->find(id) != nullptr, !is_final(job.state)) << id << " was lost";
      ASSERT_LE(job.attempts, 3) << id;
      before = job;
    }
    // Each lease of a job was given once, with a higher epoch than the one before.
    for (; checked_leases_ < seen_leases_.size(); ++checked_leases_) {
      const Lease& lease = seen_leases_[checked_leases_];
      ASSERT_GT(lease.epoch, last_assigned_[lease.job]) << lease.job;
      last_assigned_[lease.job] = lease.epoch;
    }
  }

  // With healthy workers every job comes to an end.
  void settle() {
    for (auto& [name, worker] : workers_) worker.silent = false;
    for (int round = 0; round < 3000 && scene_.dispatcher->live_jobs() > 0; ++round) {
      for (auto& [name, worker] : workers_) {
        beat(name, worker);
        if (!worker.running.empty()) scene_.song_ready(name, worker.running.begin()->first);
        deliver();
      }
      scene_.pass(1s);
      deliver();
      check();
    }
    EXPECT_EQ(scene_.dispatcher->live_jobs(), 0u);
  }

  std::uint64_t state_;
  Scene scene_;
  std::map<std::string, Worker> workers_;
  std::uint64_t submitted_ = 0;
  std::vector<Lease> seen_leases_;
  std::size_t checked_leases_ = 0;
  std::map<JobId, Epoch> last_assigned_;
  std::map<JobId, Job> last_;
  std::vector<std::pair<std::string, std::vector<Lease>>> stopped_;
};

class SimulationTest : public testing::TestWithParam<int> {};

TEST_P(SimulationTest, KeepsItsPromisesWhateverHappens) {
  Simulation(static_cast<std::uint64_t>(GetParam())).run(1500);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimulationTest, testing::Range(1, 9));

}  // namespace
}  // namespace musicfleet::dispatch
