#include "tests/coordinator/backend/backend_fixture.h"

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;

class JobCalls : public BackendTest {
 protected:
  // After how long it may be tried again.
  std::chrono::seconds expect_turned_away(const http::Submission& submission) {
    const auto reply = await(process->backend.submit(who, submission));
    EXPECT_TRUE(reply && reply->turned_away);
    if (!reply || !reply->turned_away) return {};
    EXPECT_EQ(reply->turned_away->why.code, ErrorCode::kQuota);
    return reply->turned_away->retry_after;
  }
  JobId expect_taken_in(const http::Submission& submission) {
    const auto reply = await(process->backend.submit(who, submission));
    EXPECT_TRUE(reply && !reply->turned_away);
    return reply ? reply->job.id : JobId{};
  }
};

TEST_F(JobCalls, NoJobIsTakenInWhileTooManyAreNotOver) {
  max_live_jobs = 2;
  restart();
  const Job first = submit();
  submit();
  http::Submission third;
  third.spec.prompt = "one too many";
  expect_turned_away(third);
  ASSERT_TRUE(await(process->backend.cancel(who, first.id)));
  expect_taken_in(third);
}

TEST_F(JobCalls, AnIdempotencyKeyIsAnsweredHoweverFullTheQueueIs) {
  max_live_jobs = 1;
  restart();
  const Job first = submit([](http::Submission& s) { s.idempotency_key = "order-1"; });
  http::Submission again;
  again.spec.prompt = "dark trap";
  again.idempotency_key = "order-1";
  const auto reply = await(process->backend.submit(who, again));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->replayed);
  EXPECT_EQ(reply->job.id, first.id);
  again.idempotency_key = "order-2";
  expect_turned_away(again);
  EXPECT_EQ(await(process->backend.all_jobs({}))->jobs.size(), 1u);
}

TEST_F(JobCalls, ATenantsWaitingJobsAreLimitedAndItsRunningOnesDoNotCount) {
  TenantLimits limits;
  limits.max_queued = 1;
  process->dispatch.apply(dispatch::LimitsChanged{who.tenant, limits});
  submit();
  http::Submission second;
  second.spec.prompt = "one too many";
  EXPECT_EQ(expect_turned_away(second), 1h) << "nobody is there";
  hello("w");
  sent<to_worker::Assign>("w");
  expect_taken_in(second);
  EXPECT_EQ(expect_turned_away(second), 30s) << "a song of 30 s on a worker of which no speed is known";
}

TEST_F(JobCalls, SongsAnHourAreLimitedOverRestartsAndTheAnswerSaysWhenToComeBack) {
  TenantLimits limits;
  limits.songs_per_hour = 2;
  process->dispatch.apply(dispatch::LimitsChanged{who.tenant, limits});
  const Job first = submit([](http::Submission& s) { s.idempotency_key = "order-1"; });
  http::Submission same, next;
  same.spec.prompt = "dark trap";
  same.idempotency_key = "order-1";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(expect_taken_in(same), first.id) << "the same song counts once";
  next.spec.prompt = "another";
  const JobId second = expect_taken_in(next);
  const auto wait = expect_turned_away(next);
  EXPECT_GT(wait, 59min);
  EXPECT_LE(wait, 60min + HourlyCount::kStretch + 1s);
  EXPECT_EQ(expect_taken_in(same), first.id) << "what was taken in is answered";
  ASSERT_TRUE(await(process->backend.cancel(who, second)));
  expect_turned_away(next);

  restart();
  process->dispatch.apply(dispatch::LimitsChanged{who.tenant, limits});
  expect_turned_away(next);
  process->dispatch.apply(dispatch::LimitsChanged{who.tenant, {}});
  expect_taken_in(next);
}

TEST_F(JobCalls, SongsThatComeTogetherDoNotExceedTheHoursLimit) {
  TenantLimits limits;
  limits.songs_per_hour = 3;
  process->dispatch.apply(dispatch::LimitsChanged{who.tenant, limits});
  http::Submission song;
  song.spec.prompt = "all at once";
  int taken_in = 0, answered = 0;
  for (int i = 0; i < 10; ++i)
    boost::asio::co_spawn(loop, process->backend.submit(who, song),
                          [&](std::exception_ptr, Result<http::SubmitReply> reply) {
                            ++answered;
                            taken_in += reply && !reply->turned_away;
                          });
  ASSERT_TRUE(run_until([&] { return answered == 10; }));
  EXPECT_EQ(taken_in, 3);
}

TEST_F(JobCalls, SubmissionsThatComeTogetherDoNotPassALimitTogether) {
  TenantLimits limits;
  limits.max_queued = 3;
  process->dispatch.apply(dispatch::LimitsChanged{who.tenant, limits});
  int taken_in = 0, turned_away = 0;
  for (int i = 0; i < 10; ++i) {
    http::Submission submission;
    submission.spec.prompt = "all at once";
    boost::asio::co_spawn(loop, process->backend.submit(who, submission),
                          [&](const std::exception_ptr&, const Result<http::SubmitReply>& reply) {
                            ++(reply && !reply->turned_away ? taken_in : turned_away);
                          });
  }
  ASSERT_TRUE(run_until([&] { return taken_in + turned_away == 10; }));
  EXPECT_EQ(taken_in, 3);
  // What was counted while it was written is not counted any more.
  ASSERT_TRUE(await(process->backend.cancel(who, await(process->backend.all_jobs({}))->jobs.front().id)));
  http::Submission next;
  next.spec.prompt = "a place is free";
  const auto reply = await(process->backend.submit(who, next));
  EXPECT_TRUE(reply && !reply->turned_away);
}

TEST_F(JobCalls, SubmitAnswersWithWhatIsOnDisk) {
  const Job job = submit([](http::Submission& s) {
    s.seed = 42;
    s.priority = 3;
    s.metadata_json = R"({"order":1})";
    s.deadline = 60s;
  });
  EXPECT_EQ(job.id.value.rfind("job_", 0), 0u);
  EXPECT_EQ(job.id.value.size(), 30u);
  EXPECT_EQ(job.spec.seed, 42u);
  const Job on_disk = stored(job.id);
  EXPECT_EQ(on_disk.spec, job.spec);
  EXPECT_EQ(on_disk.priority, 3);
  EXPECT_EQ(on_disk.deadline, job.created_at + 60s);
  EXPECT_EQ(on_disk.metadata_json, R"({"order":1})");
}

TEST_F(JobCalls, SubmitDrawsASeedWhereNoneIsGiven) {
  const auto a = submit().spec.seed, b = submit().spec.seed;
  EXPECT_NE(a, b);
  EXPECT_LE(a, JobLimits::kMaxSeed);
}

TEST_F(JobCalls, SubmitRefusesWhatIsNotASongAndStoresNothing) {
  http::Submission submission;
  submission.spec.prompt = "x";
  submission.spec.duration = 0ms;
  const auto reply = await(process->backend.submit(who, submission));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().param, "duration_seconds");
  EXPECT_TRUE(await(process->backend.all_jobs({}))->jobs.empty());
}

TEST_F(JobCalls, AnIdempotencyKeyGivesTheSameJobAndNoSecondRun) {
  const auto keyed = [](http::Submission& s) { s.idempotency_key = "order-1"; };
  const Job first = submit(keyed);
  http::Submission again;
  again.spec.prompt = "dark trap";
  again.idempotency_key = "order-1";
  const auto reply = await(process->backend.submit(who, again));
  EXPECT_TRUE(reply->replayed);
  EXPECT_EQ(reply->job.id, first.id);
  EXPECT_EQ(reply->job.spec.seed, first.spec.seed);
  again.body_sha256.fill(7);
  EXPECT_EQ(await(process->backend.submit(who, again)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(await(process->backend.all_jobs({}))->jobs.size(), 1u);
}

TEST_F(JobCalls, AnotherTenantsJobIsNotThere) {
  const Job job = submit();
  const http::Principal other{TenantId{"other"}, KeyId{"o"}};
  EXPECT_EQ(await(process->backend.job(other, job.id)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->backend.cancel(other, job.id)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->backend.audio(other, job.id)).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(await(process->backend.jobs(other, {}))->jobs.empty());
  EXPECT_EQ(await(process->backend.job(other, JobId{"job_none"})).error().message,
            "there is no job job_none");
  EXPECT_EQ(await(process->backend.job(who, job.id))->id, job.id);
}

TEST_F(JobCalls, CancellingAQueuedJobEndsIt) {
  const Job job = submit();
  EXPECT_EQ(await(process->backend.cancel(who, job.id))->state, JobState::kCancelled);
  EXPECT_EQ(stored(job.id).state, JobState::kCancelled);
  EXPECT_EQ(await(process->backend.cancel(who, job.id))->state, JobState::kCancelled) << "twice is once";
}

TEST_F(JobCalls, CancellingALeasedJobMarksItAndTellsTheWorker) {
  hello("w");
  const Job job = submit();
  const Lease lease = sent<to_worker::Assign>("w").lease;
  const auto marked = await(process->backend.cancel(who, job.id));
  EXPECT_EQ(marked->state, JobState::kLeased);
  EXPECT_TRUE(marked->cancel_requested);
  EXPECT_TRUE(stored(job.id).cancel_requested);
  EXPECT_EQ(sent<to_worker::Cancel>("w").lease, lease);
  say("w", to_coordinator::Failed{lease, {ErrorCode::kCancelled, "stopped"}});
  EXPECT_TRUE(run_until([&] { return stored(job.id).state == JobState::kCancelled; }));
}

TEST_F(JobCalls, CancellingAJobThatHasFailedIsAConflict) {
  hello("w");
  const Job job = submit();
  say("w",
      to_coordinator::Failed{sent<to_worker::Assign>("w").lease, {ErrorCode::kInvalidArgument, "no", "bpm"}});
  EXPECT_TRUE(run_until([&] { return stored(job.id).state == JobState::kFailed; }));
  EXPECT_EQ(await(process->backend.cancel(who, job.id)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(await(process->backend.audio(who, job.id)).error().code, ErrorCode::kConflict);
}

TEST_F(JobCalls, NextUpdateComesWithProgressAndWithTheEnd) {
  hello("w");
  const Job job = submit();
  const Lease lease = sent<to_worker::Assign>("w").lease;
  const Job seen = *await(process->backend.job(who, job.id));
  EXPECT_EQ(seen.state, JobState::kLeased);

  std::optional<Result<Job>> update;
  boost::asio::co_spawn(loop, process->backend.next_update(who, job.id, seen.revision, 1h),
                        [&](std::exception_ptr, Result<Job> result) { update = std::move(result); });
  loop.poll();
  EXPECT_FALSE(update);
  say("w", to_coordinator::Heartbeat{{RunningJob{lease, Stage::kDenoising, 3, 8}}, false});
  ASSERT_TRUE(run_until([&] { return update.has_value(); }));
  EXPECT_EQ((*update)->progress.step, 3);
  EXPECT_GT((*update)->revision, seen.revision);

  update.reset();
  boost::asio::co_spawn(loop,
                        process->backend.next_update(who, job.id, process->board.find(job.id)->revision, 1h),
                        [&](std::exception_ptr, Result<Job> result) { update = std::move(result); });
  loop.poll();
  say("w", to_coordinator::Failed{lease, {ErrorCode::kInvalidArgument, "no"}});
  ASSERT_TRUE(run_until([&] { return update.has_value(); }));
  EXPECT_EQ((*update)->state, JobState::kFailed);
  EXPECT_EQ(await(process->backend.next_update(who, job.id, ~0ull, 1h))->state, JobState::kFailed)
      << "nothing follows an ended job: no wait";
}

TEST_F(JobCalls, NextUpdateGivesTheJobUnchangedWhenPatienceEnds) {
  const Job job = submit();
  const auto same = await(process->backend.next_update(who, job.id, 1'000, 1ms));
  EXPECT_EQ(same->state, JobState::kQueued);
}

TEST_F(JobCalls, ListingsShowTheProgressOfWhatRuns) {
  hello("w");
  const Job first = submit();
  const Lease lease = sent<to_worker::Assign>("w").lease;
  const Job second = submit();
  say("w", to_coordinator::Heartbeat{{RunningJob{lease, Stage::kDenoising, 5, 8}}, false});
  http::JobQuery query;
  query.state = JobState::kLeased;
  const auto page = await(process->backend.jobs(who, query));
  ASSERT_EQ(page->jobs.size(), 1u);
  EXPECT_EQ(page->jobs[0].progress.step, 5);
  query = {};
  query.limit = 1;
  const auto newest = await(process->backend.jobs(who, query));
  ASSERT_EQ(newest->jobs.size(), 1u);
  query.cursor = newest->next_cursor;
  EXPECT_EQ(await(process->backend.jobs(who, query))->jobs.size(), 1u);
  query.cursor = "nonsense";
  EXPECT_EQ(await(process->backend.jobs(who, query)).error().param, "cursor");
}

TEST_F(JobCalls, MetricsAndReadinessTellTheState) {
  EXPECT_EQ(process->backend.readiness().workers_connected, 0);
  hello("w");
  submit();
  submit();
  sent<to_worker::Assign>("w");
  const std::string text = process->backend.metrics_text();
  for (const char* line :
       {"musicfleet_jobs_submitted_total 2", "musicfleet_jobs{state=\"queued\"} 1",
        "musicfleet_jobs{state=\"leased\"} 1", "musicfleet_workers{state=\"ready\"} 1",
        "musicfleet_build_info{version=\"1.2.3\"} 1",
        "musicfleet_jobs_finished_total{outcome=\"succeeded\"} 0", "musicfleet_job_run_seconds_count 0"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  EXPECT_TRUE(process->backend.readiness().store_ok);
  EXPECT_EQ(process->backend.readiness().workers_connected, 1);
}

TEST_F(JobCalls, WhoHoldsAConnectionOpenIsToldWhetherAnybodyMakesTheSong) {
  http::Submission song;
  song.spec.prompt = "lo-fi";
  const auto away = process->backend.no_way_for(who, song);
  ASSERT_TRUE(away);
  EXPECT_EQ(away->why.code, ErrorCode::kUnavailable);
  EXPECT_GE(away->retry_after, std::chrono::seconds(1));
  const Job waiting = submit();
  EXPECT_EQ(waiting.state, JobState::kQueued) << "who is content to wait is taken in";
  EXPECT_TRUE(process->backend.no_way_for(waiting));
  hello("gpu-1");
  sent<to_worker::Welcome>("gpu-1");
  EXPECT_FALSE(process->backend.no_way_for(who, song));
  song.spec.model = "another";
  EXPECT_TRUE(process->backend.no_way_for(who, song)) << "that worker has not got it";
}

TEST_F(JobCalls, AListHasTheOrderOfArrival) {
  constexpr std::size_t kJobs = 30;
  std::vector<JobId> arrived;
  arrived.reserve(kJobs);
  for (std::size_t i = 0; i < kJobs; ++i) arrived.push_back(submit().id);
  const auto page = await(process->backend.jobs(who, {}));
  ASSERT_EQ(page->jobs.size(), arrived.size());
  for (std::size_t i = 0; i < arrived.size(); ++i)
    EXPECT_EQ(page->jobs[i].id, arrived[arrived.size() - 1 - i]);
}

}  // namespace
}  // namespace musicfleet::backend
