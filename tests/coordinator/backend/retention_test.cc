// Time passes, an operator purges, a tenant wants to be forgotten: rows go by policy, files go after the
// commit, and nothing goes that somebody still needs.
#include "tests/coordinator/backend/retention_fixture.h"

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;

TEST_F(RetentionTest, KeepsEverythingUnlessItIsToldOtherwise) {
  const JobId old = ended("job_old", 900);
  Retention keeper = retention();
  EXPECT_EQ(await(keeper.expire()).value(), store::RemovalCounts{});
  EXPECT_TRUE(has_object(old));
}

TEST_F(RetentionTest, SongsHistoryAndJobsGoEachInTheirTime) {
  const JobId ancient = ended("job_ancient", 91);
  const JobId aged = ended("job_aged", 61);
  const JobId older = ended("job_older", 31);
  const JobId young = ended("job_young", 29);
  const JobId queued = ended("job_queued", 500, JobState::kQueued);
  Retention keeper = retention({std::chrono::days(30), std::chrono::days(60), std::chrono::days(90)});
  EXPECT_EQ(await(keeper.expire()).value(), (store::RemovalCounts{4, 2, 0, 3, 0}));
  EXPECT_FALSE(has_job(ancient));
  for (const JobId& gone : {ancient, aged, older}) EXPECT_FALSE(has_object(gone)) << gone;
  store::JobReader reader = store::JobReader::open(folder / "musicfleet.db").value();
  EXPECT_TRUE(reader.events(aged)->empty());
  EXPECT_FALSE(reader.events(older)->empty());
  EXPECT_TRUE(has_object(young));
  EXPECT_TRUE(has_job(queued));
  EXPECT_EQ(await(keeper.expire()).value(), store::RemovalCounts{}) << "once";
}

TEST_F(RetentionTest, TakesMoreJobsThanFitIntoAPageOrABatch) {
  std::function<Result<>(store::Writer&)> work = [this](store::Writer& writer) -> Result<> {
    for (int i = 0; i < 1'100; ++i) {
      Job job;
      job.id = JobId{concat("job_", i)};
      job.tenant = who.tenant;
      job.spec.prompt = "x";
      job.created_at = job.updated_at = clock.wall - std::chrono::days(10);
      MF_TRY(writer.jobs.insert(job, std::nullopt));
      job.state = JobState::kCancelled;
      job.finished_at = job.created_at;
      MF_CHECK(writer.jobs.apply({JobUpdated{job}}));
    }
    return {};
  };
  ASSERT_TRUE(await(written<void>(process->store, std::move(work))));
  const auto before = process->store.commits();
  Retention keeper = retention({{}, {}, std::chrono::days(5)});
  EXPECT_EQ(await(keeper.expire())->jobs, 1'100);
  EXPECT_GE(process->store.commits() - before, 1'100u / Retention::kBatch) << "in short pieces";
}

TEST_F(RetentionTest, ASongThatIsNoLongerKeptIsNotFoundAndItsJobSaysSince) {
  const JobId id = ended("job_1", 31);
  Retention keeper = retention({std::chrono::days(30), {}, {}});
  ASSERT_TRUE(await(keeper.expire()));
  const auto audio = await(process->backend.audio(who, id));
  ASSERT_FALSE(audio);
  EXPECT_EQ(audio.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->backend.job(who, id))->audio->removed_at, clock.wall);
}

TEST_F(RetentionTest, FilesOfACommittedRemovalGoAfterARestart) {
  const JobId id = ended("job_1", 1);
  // The process ends between the commit and the removal of the files.
  std::function<Result<store::RemovalCounts>(store::Writer&)> work = [&](store::Writer& writer) {
    return writer.removal.purge({id}, clock.wall);
  };
  ASSERT_TRUE(await(written<store::RemovalCounts>(process->store, std::move(work))));
  restart();
  ASSERT_TRUE(has_object(id));
  Retention keeper = retention();
  ASSERT_TRUE(await(keeper.expire()));
  EXPECT_FALSE(has_object(id));
}

TEST_F(RetentionTest, AnOperatorPurgesByIdByAgeAndByTenant) {
  const JobId named = ended("job_named", 1);
  const JobId old = ended("job_old", 20, JobState::kFailed);
  const JobId queued = ended("job_queued", 20, JobState::kQueued);
  const JobId kept = ended("job_kept", 2);
  Retention keeper = retention();
  std::vector<JobId> names{named, queued, JobId{"job_unknown"}};
  EXPECT_EQ(await(keeper.count(names)).value(), (store::RemovalCounts{1, 0, 0, 1, 1}));
  EXPECT_EQ(await(keeper.purge(names)).value(), (store::RemovalCounts{1, 1, 0, 1, 1}));
  EXPECT_FALSE(has_object(named));
  EXPECT_EQ(await(keeper.purge_ended({.tenant = TenantId{"nobody"}})).value(), store::RemovalCounts{});
  EndedFilter which{who.tenant, JobState::kSucceeded, clock.wall - std::chrono::days(10)};
  EXPECT_EQ(await(keeper.count_ended(which)).value(), (store::RemovalCounts{0, 0, 0, 0, 1}));
  EXPECT_EQ(await(keeper.purge_ended(which))->jobs, 0);
  which.state = JobState::kFailed;
  EXPECT_EQ(await(keeper.count_ended(which)).value(), (store::RemovalCounts{1, 0, 0, 0, 1}));
  EXPECT_TRUE(has_job(old)) << "counting takes nothing";
  EXPECT_EQ(await(keeper.purge_ended(which))->jobs, 1);
  EXPECT_FALSE(has_job(old));
  EXPECT_TRUE(has_job(kept));
  EXPECT_TRUE(has_job(queued));
}

TEST_F(RetentionTest, APurgedJobIsGoneFromTheBoardAsWell) {
  hello("w");
  const Job job = submit();
  const Lease lease = sent<to_worker::Assign>("w").lease;
  say("w", to_coordinator::Failed{lease, {ErrorCode::kInvalidArgument, "no"}});
  ASSERT_TRUE(run_until([&] { return process->board.find(job.id)->state == JobState::kFailed; }));
  Retention keeper = retention();
  std::vector<JobId> names{job.id};
  ASSERT_EQ(await(keeper.purge(names))->jobs, 1);
  EXPECT_EQ(await(process->backend.job(who, job.id)).error().code, ErrorCode::kNotFound);
}

TEST_F(RetentionTest, ErasesWhatATenantWroteAndCountsWhatIsStillRunning) {
  const JobId id = ended("job_1", 1);
  ended("job_queued", 1, JobState::kQueued);
  Retention keeper = retention();
  EXPECT_EQ(await(keeper.erase(who.tenant)).value(), (store::RemovalCounts{1, 0, 0, 1, 1}));
  EXPECT_FALSE(has_object(id));
  EXPECT_EQ(await(process->backend.job(who, id))->spec.prompt, "");
}

TEST_F(RetentionTest, SongsThatWereBoughtToCompareGoWithTheirJobs) {
  const JobId purged = ended("job_purged", 1), old = ended("job_old", 60, JobState::kFailed);
  const JobId kept = ended("job_kept", 1);
  for (const JobId& job : {purged, old, kept}) buy_to_compare(job, true);
  Retention keeper = retention({.audio = std::chrono::days(30)});
  EXPECT_EQ(await(keeper.sweep())->removed, 0);
  ASSERT_TRUE(await(keeper.expire()));
  EXPECT_FALSE(has_object(old, kShadow));
  ASSERT_TRUE(await(keeper.purge({purged})));
  EXPECT_FALSE(has_object(purged, kShadow));
  EXPECT_TRUE(has_object(kept, kShadow));
  ASSERT_TRUE(await(keeper.erase(who.tenant)));
  EXPECT_FALSE(has_object(kept, kShadow));
}

TEST_F(RetentionTest, WhatIsBeingBoughtForAJobIsNotSweptAway) {
  const JobId job = ended("job_1", 1);
  buy_to_compare(job, false);
  Retention keeper = retention();
  EXPECT_EQ(await(keeper.sweep())->removed, 0);
  EXPECT_TRUE(has_object(job, kShadow));
}

TEST_F(RetentionTest, SweepsObjectsThatWereNeverRecordedAndNothingElse) {
  const JobId song = ended("job_song", 1);
  put_object(song, 2);  // of a later lease whose result was refused
  const JobId failed = ended("job_failed", 1, JobState::kFailed);
  put_object(failed, 1);
  const JobId queued = ended("job_queued", 1, JobState::kQueued);
  put_object(queued, 1);  // may be on its way to its commit
  const JobId unknown{"job_of_another_database"};
  put_object(unknown, 1);
  Retention keeper = retention();
  const SweepCounts counts = await(keeper.sweep()).value();
  EXPECT_EQ(counts.jobs, 4);
  EXPECT_EQ(counts.removed, 2);
  EXPECT_EQ(counts.unknown, 1);
  EXPECT_TRUE(has_object(song, 1));
  EXPECT_FALSE(has_object(song, 2));
  EXPECT_FALSE(has_object(failed));
  EXPECT_TRUE(has_object(queued));
  EXPECT_TRUE(has_object(unknown));
}

}  // namespace
}  // namespace musicfleet::backend
