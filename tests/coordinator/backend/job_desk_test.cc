#include "coordinator/backend/job_desk.h"

#include "tests/coordinator/backend/backend_fixture.h"

namespace musicfleet::backend {
namespace {

class JobDeskTest : public BackendTest {
 protected:
  Result<http::JobStory> story(const JobId& id) {
    JobDesk desk(process->readers, process->board);
    return await(desk.story(id));
  }
};

TEST_F(JobDeskTest, AStoryHasEveryAttemptAndEveryDecisionInOrder) {
  const Job job = submit();
  hello("gpu-1");
  const auto assigned = sent<to_worker::Assign>("gpu-1");
  say("gpu-1", to_coordinator::Failed{assigned.lease, Error{ErrorCode::kInvalidArgument, "no such key"}});
  ASSERT_TRUE(run_until([&] { return process->board.find(job.id)->state == JobState::kFailed; }));

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

}  // namespace
}  // namespace musicfleet::backend
