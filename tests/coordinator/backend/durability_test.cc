// Nothing leaves before the commit that records it, and a new process goes on where the last one was.
#include "tests/coordinator/backend/backend_fixture.h"

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;
using Durability = BackendTest;

TEST_F(Durability, AnAssignmentLeavesAfterItsLeaseIsOnDisk) {
  std::vector<std::string> wrong;
  int assigned = 0;
  port.on_send = [&](const WorkerId& worker, const to_worker::Message& message) {
    const auto* assign = std::get_if<to_worker::Assign>(&message);
    if (!assign) return;
    ++assigned;
    const Job job = stored(assign->lease.job);
    if (job.state != JobState::kLeased || job.epoch != assign->lease.epoch || job.worker != worker)
      wrong.push_back(job.id.value);
  };
  for (const char* worker : {"a", "b", "c"}) hello(worker);
  for (int i = 0; i < 3; ++i) submit();
  EXPECT_TRUE(run_until([&] { return assigned == 3; }));
  EXPECT_TRUE(wrong.empty());
}

TEST_F(Durability, WatchersSeeOnlyWhatIsCommitted) {
  hello("w");
  const Job job = submit();
  const Lease lease = sent<to_worker::Assign>("w").lease;
  say("w", to_coordinator::Failed{lease, {ErrorCode::kInvalidArgument, "no"}});
  // Decided, not yet committed: the board still has the lease.
  EXPECT_EQ(process->dispatch.dispatcher().find(job.id), nullptr);
  EXPECT_EQ(process->board.find(job.id)->state, JobState::kLeased);
  EXPECT_TRUE(run_until([&] { return process->board.find(job.id)->state == JobState::kFailed; }));
  EXPECT_EQ(stored(job.id).state, JobState::kFailed);
}

TEST_F(Durability, ACoordinatorThatCannotCommitGivesUpAndSaysNothing) {
  hello("w");
  sent<to_worker::Welcome>("w");
  {
    auto other = store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadWrite).value();
    ASSERT_TRUE(other.execute("DROP TABLE attempts"));
  }
  submit();
  EXPECT_TRUE(run_until([&] { return process->gave_up.has_value(); }));
  EXPECT_EQ(port.last<to_worker::Assign>("w"), nullptr);
  EXPECT_FALSE(process->backend.readiness().store_ok);
}

TEST_F(Durability, ANewProcessKeepsTheLeaseOfAWorkerThatStillHasIt) {
  hello("w");
  const Job job = submit();
  const Lease lease = sent<to_worker::Assign>("w").lease;
  restart();
  EXPECT_EQ(await(process->backend.job(who, job.id))->state, JobState::kLeased);
  hello("w", {RunningJob{lease, Stage::kDenoising, 2, 8}});
  sent<to_worker::Welcome>("w");
  EXPECT_TRUE(process->dispatch.dispatcher().is_current(lease));
  EXPECT_EQ(port.last<to_worker::Cancel>("w"), nullptr);
}

TEST_F(Durability, ANewProcessRunsTheQueueThatItFinds) {
  const Job job = submit();
  restart();
  hello("w");
  EXPECT_EQ(sent<to_worker::Assign>("w").lease.job, job.id);
}

TEST_F(Durability, AnExpiredLeaseGoesToTheNextWorkerByItself) {
  settings.lease = 50ms;
  restart();
  // Both workers have something to do when they come: an idle one would itself be gone after a lease period.
  const Job job = submit();
  hello("a");
  const Lease lease = sent<to_worker::Assign>("a").lease;
  EXPECT_TRUE(run_until([&] { return stored(job.id).state == JobState::kQueued; }));
  hello("b");
  EXPECT_EQ(sent<to_worker::Assign>("b").lease, (Lease{job.id, lease.epoch + 1}));
}

TEST_F(Durability, AJobThatCouldNotBeHandedOverGoesToAnotherWorker) {
  hello("a");
  port.unreachable.insert(WorkerId{"a"});
  const Job job = submit();
  hello("b");
  EXPECT_EQ(sent<to_worker::Assign>("b").lease.job, job.id);
  EXPECT_EQ(stored(job.id).attempts, 1);
}

}  // namespace
}  // namespace musicfleet::backend
