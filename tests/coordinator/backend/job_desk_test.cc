#include "coordinator/backend/job_desk.h"

#include "coordinator/backend/retention.h"
#include "tests/coordinator/backend/backend_fixture.h"

#include <algorithm>

namespace musicfleet::backend {
namespace {

class JobDeskTest : public BackendTest {
 protected:
  JobDesk desk() { return {process->audit, process->readers, process->board, process->dispatch}; }
  Result<http::JobStory> story(const JobId& id) { return await(desk().story(id)); }
  Result<Job> requeue(const JobId& id) { return await(desk().requeue(by, id)); }

  // A job that gpu-1 has failed to make.
  Job failed_job() {
    const Job job = submit();
    hello("gpu-1");
    const auto assigned = sent<to_worker::Assign>("gpu-1");
    port.sent.clear();
    say("gpu-1", to_coordinator::Failed{assigned.lease, Error{ErrorCode::kInvalidArgument, "no such key"}});
    EXPECT_TRUE(run_until([&] { return process->board.find(job.id)->state == JobState::kFailed; }));
    return *process->board.find(job.id);
  }
  Retention retention() {
    return Retention(
        {process->clock, process->store, process->readers, process->board, process->audio, process->files},
        {}, Log(process->log_output, "retention"));
  }
  std::vector<std::string> audited() {
    std::vector<std::string> lines;
    const auto page = await(process->audit.audit_entries({}));
    for (const http::AuditEntry& entry : page->entries)
      lines.push_back(concat(entry.actor, ' ', entry.action, ' ', entry.target));
    return lines;
  }
};

TEST_F(JobDeskTest, AStoryHasEveryAttemptAndEveryDecisionInOrder) {
  const Job job = failed_job();

  const auto told = story(job.id);
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->job.state, JobState::kFailed);
  ASSERT_EQ(told->attempts.size(), 1u);
  EXPECT_EQ(told->attempts[0].worker, WorkerId{"gpu-1"});
  EXPECT_EQ(told->attempts[0].outcome, AttemptOutcome::kFailed);
  EXPECT_EQ(told->attempts[0].error->message, "no such key");
  ASSERT_GE(told->events.size(), 4u);
  EXPECT_EQ(told->events.front().kind, "submitted");
  EXPECT_EQ(told->events.back().kind, "failed");
}

TEST_F(JobDeskTest, ThereIsNoStoryOfAnUnknownJob) {
  EXPECT_EQ(story(JobId{"job_nobody"}).error().code, ErrorCode::kNotFound);
}

TEST_F(JobDeskTest, AFailedJobGoesBackIntoTheQueueOnDiskAndRunsAgainUnderAHigherEpoch) {
  const Job failed = failed_job();
  const auto back = requeue(failed.id);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_GT(back->revision, failed.revision) << "for those who watch it";
  EXPECT_FALSE(is_final(stored(failed.id).state));
  EXPECT_GT(sent<to_worker::Assign>("gpu-1").lease.epoch, failed.epoch);
  EXPECT_EQ(audited(), std::vector<std::string>{concat("anna job.requeue ", failed.id)});
}

TEST_F(JobDeskTest, AJobThatWasPutBackIsQueuedAfterARestart) {
  const Job failed = failed_job();
  say("gpu-1", to_coordinator::Goodbye{});
  ASSERT_TRUE(requeue(failed.id));
  restart();
  EXPECT_EQ(stored(failed.id).state, JobState::kQueued);
  const auto told = story(failed.id);
  EXPECT_TRUE(std::any_of(told->events.begin(), told->events.end(),
                          [](const HistoryEvent& event) { return event.kind == "requeued"; }));
  hello("gpu-2");
  EXPECT_EQ(sent<to_worker::Assign>("gpu-2").lease, (Lease{failed.id, failed.epoch + 1}));
}

TEST_F(JobDeskTest, OnlyAFailedJobIsPutBackAndWhatWasRefusedLeavesNoRecord) {
  const Job queued = submit();
  const auto refused = requeue(queued.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(requeue(JobId{"job_nobody"}).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(audited().empty());
}

TEST_F(JobDeskTest, AJobWhoseWordsWereErasedIsNotMadeAnyMore) {
  const Job failed = failed_job();
  Retention keeper = retention();
  ASSERT_EQ(await(keeper.erase(failed.tenant))->jobs, 1);
  const auto refused = requeue(failed.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(stored(failed.id).state, JobState::kFailed);
}

// What two operators order at the same time: whichever the store sees first holds, and the coordinator lives.
class RequeueAndPurge : public JobDeskTest, public ::testing::WithParamInterface<bool> {};

TEST_P(RequeueAndPurge, AtTheSameTimeOneOfThemHolds) {
  const Job failed = failed_job();
  Retention keeper = retention();
  JobDesk operators = desk();
  std::optional<Result<Job>> requeued;
  std::optional<Result<store::RemovalCounts>> purged;
  const auto put_back = [&] {
    boost::asio::co_spawn(
        loop, operators.requeue(by, failed.id),
        [&](std::exception_ptr, Result<Job> result) { requeued.emplace(std::move(result)); });
  };
  const auto purge = [&] {
    std::vector<JobId> jobs{failed.id};
    boost::asio::co_spawn(
        loop, keeper.purge(std::move(jobs)),
        [&](std::exception_ptr, Result<store::RemovalCounts> result) { purged.emplace(std::move(result)); });
  };
  if (GetParam()) {
    put_back();
    purge();
  } else {
    purge();
    put_back();
  }
  ASSERT_TRUE(run_until([&] { return requeued && purged; }));
  ASSERT_TRUE(*purged);
  if (GetParam()) {
    ASSERT_TRUE(*requeued) << (*requeued).error().message;
    EXPECT_EQ((*purged)->live, 1);
    EXPECT_EQ(sent<to_worker::Assign>("gpu-1").lease.job, failed.id);
  } else {
    ASSERT_FALSE(*requeued);
    EXPECT_EQ((*requeued).error().code, ErrorCode::kNotFound);
    EXPECT_EQ((*purged)->jobs, 1);
  }
  submit();
  EXPECT_FALSE(process->gave_up) << process->gave_up->message;
}

INSTANTIATE_TEST_SUITE_P(EitherFirst, RequeueAndPurge, ::testing::Bool());

TEST_F(JobDeskTest, OfTwoOperatorsWhoPutAJobBackOneIsTold) {
  const Job failed = failed_job();
  JobDesk operators = desk();
  std::vector<Result<Job>> answers;
  for (int i = 0; i < 2; ++i)
    boost::asio::co_spawn(
        loop, operators.requeue(by, failed.id),
        [&](std::exception_ptr, Result<Job> result) { answers.push_back(std::move(result)); });
  ASSERT_TRUE(run_until([&] { return answers.size() == 2; }));
  EXPECT_NE(answers[0].has_value(), answers[1].has_value());
  EXPECT_FALSE(process->gave_up);
}

TEST_F(JobDeskTest, AJobThatIsBackInTheQueueStaysOnTheBoardWhileOthersEnd) {
  Job job;
  job.id = JobId{"job_back"};
  job.state = JobState::kFailed;
  process->board.put(job);
  job.state = JobState::kQueued;
  process->board.put(job);
  for (std::size_t i = 0; i <= JobBoard::kEndedKept; ++i) {
    Job other;
    other.id = JobId{concat("job_", i)};
    other.state = JobState::kCancelled;
    process->board.put(other);
  }
  ASSERT_NE(process->board.find(job.id), nullptr);
  EXPECT_EQ(process->board.queued(), 1u);
}

}  // namespace
}  // namespace musicfleet::backend
