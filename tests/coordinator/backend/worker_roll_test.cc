#include "coordinator/backend/worker_roll.h"

#include "tests/coordinator/backend/backend_fixture.h"

#include <algorithm>

namespace musicfleet::backend {
namespace {

using Roll = BackendTest;
using std::chrono::hours;

const WorkerId kGpu1{"gpu-1"};

TEST_F(Roll, WorkersAreLetInWhenAddedAndAtEveryStart) {
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, {std::string(40, 'k')})));
  EXPECT_TRUE(port.allowed.count(WorkerId{"gpu-1"}));
  port.allowed.clear();
  restart();
  EXPECT_TRUE(port.allowed.count(WorkerId{"gpu-1"}));
  EXPECT_EQ(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, {std::string(40, 'x')})).error().code,
            ErrorCode::kConflict);
}

TEST_F(Roll, TheNameOfAProviderIsNoWorkers) {
  const auto added = await(process->backend.add_worker(by, WorkerId{"elevenlabs"}, {std::string(40, 'k')}));
  EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(added.error().param, "name");
  EXPECT_TRUE(await(process->backend.workers())->empty());
  store::WorkerRow earlier;
  earlier.name = WorkerId{"elevenlabs"};
  earlier.keys.emplace_back().public_key_z85 = std::string(40, 'k');
  process->workers.load({earlier});
  EXPECT_TRUE(port.admitted[WorkerId{"elevenlabs"}].empty()) << "one of an older database is not let in";
}

TEST_F(Roll, WorkersAreListedWithWhatTheyAreDoing) {
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, {std::string(40, 'k')})));
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-2"}, {std::string(40, 'l')})));
  hello("gpu-1");
  sent<to_worker::Welcome>("gpu-1");
  const auto workers = await(process->backend.workers());
  ASSERT_EQ(workers->size(), 2u);
  EXPECT_TRUE((*workers)[0].connected);
  ASSERT_EQ((*workers)[0].models.size(), 1u);
  EXPECT_TRUE((*workers)[0].last_seen_at.has_value());
  EXPECT_FALSE((*workers)[1].connected);
}

TEST_F(Roll, ARevokedWorkerIsKeptOutAndLosesItsJobs) {
  ASSERT_TRUE(await(process->backend.add_worker(by, WorkerId{"gpu-1"}, {std::string(40, 'k')})));
  hello("gpu-1");
  const Job job = submit();
  sent<to_worker::Assign>("gpu-1");
  ASSERT_TRUE(await(process->backend.revoke_worker(by, WorkerId{"gpu-1"})));
  EXPECT_FALSE(port.allowed.count(WorkerId{"gpu-1"}));
  EXPECT_EQ(stored(job.id).state, JobState::kQueued);
  EXPECT_TRUE((*await(process->backend.workers()))[0].revoked);
  restart();
  EXPECT_FALSE(port.allowed.count(WorkerId{"gpu-1"}));
}

TEST_F(Roll, AFurtherKeyLeavesTheOldOneItsOverlap) {
  ASSERT_TRUE(await(process->workers.add_worker(by, kGpu1, {std::string(40, 'k')})));
  ASSERT_TRUE(await(process->workers.add_worker_key(by, kGpu1, {std::string(40, 'l')}, hours(24))));
  const auto told = port.admitted[kGpu1];
  ASSERT_EQ(told.size(), 2u);
  const auto& old_key = told[0].public_key_z85 == std::string(40, 'k') ? told[0] : told[1];
  const auto& new_key = told[0].public_key_z85 == std::string(40, 'k') ? told[1] : told[0];
  const auto listed = await(process->workers.worker_keys(kGpu1)).value();
  const auto newest = std::max_element(listed.begin(), listed.end(), [](const auto& a, const auto& b) {
    return a.public_key < b.public_key;  // k…, l…
  });
  EXPECT_EQ(old_key.expires_at, newest->not_before + hours(24));
  EXPECT_EQ(new_key.not_before, WallTime{}) << "a wall clock that is set back locks nobody out";
  EXPECT_EQ(new_key.expires_at, std::nullopt);
  port.admitted.clear();
  restart();
  EXPECT_EQ(port.admitted[kGpu1], told) << "a new process lets the same keys in";
}

TEST_F(Roll, RotatingAKeyTakesNoJobFromItsWorker) {
  ASSERT_TRUE(await(process->workers.add_worker(by, kGpu1, {std::string(40, 'k')})));
  hello("gpu-1");
  const Job job = submit();
  sent<to_worker::Assign>("gpu-1");
  ASSERT_TRUE(await(process->workers.add_worker_key(by, kGpu1, {std::string(40, 'l')}, hours(1))));
  ASSERT_TRUE(await(process->workers.revoke_worker_key(by, kGpu1, std::string(40, 'k'))));
  EXPECT_EQ(stored(job.id).state, JobState::kLeased);
  EXPECT_EQ(stored(job.id).worker, kGpu1);
}

TEST_F(Roll, AKeyHasItsTimeAndItsUseIsKept) {
  http::WorkerKeyOrder order{std::string(40, 'k'), hours(1), hours(2)};
  ASSERT_TRUE(await(process->workers.add_worker(by, kGpu1, order)));
  process->workers.key_used(kGpu1, order.public_key);
  port.key_in_use = order.public_key;
  const auto keys = await(process->workers.worker_keys(kGpu1));
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ((*keys)[0].not_before, (*keys)[0].added_at + hours(1));
  EXPECT_EQ((*keys)[0].expires_at, (*keys)[0].not_before + hours(2));
  EXPECT_TRUE((*keys)[0].last_used_at.has_value());
  EXPECT_TRUE((*keys)[0].connected);
  EXPECT_EQ(await(process->workers.worker_keys(WorkerId{"none"})).error().code, ErrorCode::kNotFound);
}

TEST_F(Roll, ARevokedKeyIsNotAllowedAgainForAnyWorker) {
  ASSERT_TRUE(await(process->workers.add_worker(by, kGpu1, {std::string(40, 'k')})));
  ASSERT_TRUE(await(process->workers.add_worker_key(by, kGpu1, {std::string(40, 'l')}, std::nullopt)));
  ASSERT_TRUE(await(process->workers.revoke_worker_key(by, kGpu1, std::string(40, 'k'))));
  ASSERT_EQ(port.admitted[kGpu1].size(), 1u);
  EXPECT_EQ(port.admitted[kGpu1][0].public_key_z85, std::string(40, 'l'));
  const auto again = await(process->workers.add_worker_key(by, kGpu1, {std::string(40, 'k')}, std::nullopt));
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace musicfleet::backend
