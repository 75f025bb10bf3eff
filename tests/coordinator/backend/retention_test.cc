// Time passes, an operator purges, a tenant wants to be forgotten: rows go by policy, files go after the
// commit, and nothing goes that somebody still needs.
#include "coordinator/backend/retention.h"

#include "coordinator/backend/awaited.h"
#include "tests/coordinator/backend/backend_fixture.h"

#include <boost/asio/post.hpp>

#include <atomic>
#include <fstream>
#include <future>
#include <latch>

namespace musicfleet::backend {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class FixedClock final : public Clock {
 public:
  SteadyTime now() const override { return {}; }
  WallTime wall_now() const override { return wall; }
  WallTime wall{std::chrono::days(1'000)};
};

class RetentionTest : public BackendTest {
 protected:
  Retention retention(const RetentionPolicy& policy = {}) {
    return Retention(
        {clock, process->store, process->readers, process->board, process->audio, process->files}, policy,
        Log(process->log_output, "retention"));
  }

  // A job that ended so many days ago, with its song in the store.
  JobId ended(const std::string& name, int days_ago, JobState state = JobState::kSucceeded) {
    Job job;
    job.id = JobId{name};
    job.tenant = who.tenant;
    job.spec.prompt = "secret words";
    job.created_at = job.updated_at = clock.wall - std::chrono::days(days_ago) - 1h;
    const std::string object = process->audio.object_key(job.id, 1, AudioContainer::kWav);
    std::function<Result<>(store::Writer&)> work = [=](store::Writer& writer) mutable -> Result<> {
      MF_TRY(writer.jobs.insert(job, std::nullopt));
      if (state == JobState::kQueued) return {};
      job.state = JobState::kLeased;
      job.epoch = 1;
      job.worker = WorkerId{"w"};
      job.started_at = job.created_at;
      MF_CHECK(writer.jobs.apply({JobUpdated{job}}));
      job.state = state;
      job.finished_at = job.created_at + 1h;
      if (state == JobState::kSucceeded) job.audio.emplace().object = object;
      if (state == JobState::kFailed) job.error = Error{ErrorCode::kInternal, "broken"};
      return writer.jobs.apply({JobUpdated{job}});
    };
    EXPECT_TRUE(await(written<void>(process->store, std::move(work))));
    if (state == JobState::kSucceeded) put_object(job.id, 1);
    return job.id;
  }

  void put_object(const JobId& job, Epoch epoch) {
    const fs::path temporary = process->audio.temporary_path(job, epoch, 1);
    std::ofstream(temporary) << "music";
    EXPECT_TRUE(
        process->audio.publish(temporary, process->audio.object_key(job, epoch, AudioContainer::kWav)));
  }
  static constexpr Epoch kShadow = 9;  // in the name of an object that is no job's song

  using Work = std::function<Result<>(store::Writer&)>;

  void write(Work work) { EXPECT_TRUE(await(written<void>(process->store, std::move(work)))); }

  Work order_to_compare(const JobId& job) {
    return [job, at = clock.wall](store::Writer& writer) -> Result<> {
      PurchaseIntent intent;
      intent.lease = {job, 1};
      intent.tenant = TenantId{"default"};
      intent.provider = "elevenlabs";
      intent.purpose = PurchasePurpose::kShadow;
      intent.at = at;
      return writer.ledger.intend(intent);
    };
  }
  Work take_in_to_compare(const JobId& job) {
    const std::string object = process->audio.object_key(job, kShadow, AudioContainer::kWav);
    return [job, object, at = clock.wall](store::Writer& writer) {
      return writer.ledger.end({{job, 1}, at, PurchaseState::kBought, "", "", object});
    };
  }
  // With its song in the store; `done`: and in the database.
  void buy_to_compare(const JobId& job, bool done) {
    put_object(job, kShadow);
    write(order_to_compare(job));
    if (done) write(take_in_to_compare(job));
  }
  bool has_object(const JobId& job, Epoch epoch = 1) {
    return fs::exists(process->audio.path_of(process->audio.object_key(job, epoch, AudioContainer::kWav)));
  }
  bool has_job(const JobId& id) {
    return store::JobReader::open(folder / "musicfleet.db")->job(id).has_value();
  }

  FixedClock clock;
};

// Tells when somebody looks into the folder of a job, and when somebody is about to take it away.
class WatchedDisk final : public PosixDisk {
 public:
  Result<std::vector<std::string>> names(const fs::path& folder) const override {
    if (on_list) on_list(folder.filename());
    return PosixDisk::names(folder);
  }
  void remove_empty_folder(const fs::path& folder) const override {
    if (on_remove) std::exchange(on_remove, {})();
    PosixDisk::remove_empty_folder(folder);
  }
  std::function<void(const fs::path&)> on_list;
  mutable std::function<void()> on_remove;  // once
};

// Several at once: files are removed from a disk that can be watched, by a pool of two.
class BusyRetentionTest : public RetentionTest {
 protected:
  const std::shared_ptr<WatchedDisk> disk = std::make_shared<WatchedDisk>();
  const AudioStore audio = AudioStore::open(folder / "audio", disk).value();
  FilePool files{2};
  Retention keeper{{clock, process->store, process->readers, process->board, audio, files},
                   {},
                   Log(process->log_output, "retention")};
};

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

TEST_F(RetentionTest, AFolderThatCannotBeRemovedFailsWhoeverWantsItGoneAndNobodyElse) {
  const JobId stuck = ended("job_1", 1), next = ended("job_2", 1), last = ended("job_3", 1);
  const fs::path strange = folder / "audio" / "songs" / stuck.value / "a folder";
  fs::create_directory(strange);
  Retention keeper = retention();
  const auto refused = await(keeper.purge({stuck, next}));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("a folder"), std::string::npos) << refused.error().message;
  EXPECT_FALSE(has_object(next)) << "it does not wait for the other";
  const auto purged = await(keeper.purge({last}));
  EXPECT_TRUE(purged) << purged.error().message;
  EXPECT_FALSE(has_object(last));
  EXPECT_NE(process->log_text.str().find("songs that should go are still there"), std::string::npos);
  fs::remove(strange);
  EXPECT_TRUE(await(keeper.expire()));
  EXPECT_FALSE(fs::exists(strange.parent_path()));
}

TEST_F(BusyRetentionTest, ASongThatArrivesWhileItsJobsSongsAreRemovedIsRemovedToo) {
  const JobId job = ended("job_1", 1);
  write(order_to_compare(job));
  disk->on_remove = [&] {
    put_object(job, kShadow);
    std::promise<Result<>> committed;
    process->store.post<void>(take_in_to_compare(job),
                              [&](Result<> done) { committed.set_value(std::move(done)); });
    EXPECT_TRUE(committed.get_future().get());
  };
  ASSERT_TRUE(await(keeper.purge({job})));
  EXPECT_FALSE(disk->on_remove) << "the song has arrived";
  EXPECT_FALSE(has_object(job, kShadow));
  store::Database database =
      store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadOnly).value();
  EXPECT_EQ(database.integer("SELECT count(*) FROM removals").value(), 0);
}

TEST_F(BusyRetentionTest, FilesAreRemovedByOneAtATime) {
  const JobId first = ended("job_1", 1), second = ended("job_2", 1);
  std::atomic<int> looks = 0;
  std::latch may_go_on(1);
  disk->on_list = [&](const fs::path& name) {
    if (name != first.value) return;
    const bool is_first = ++looks == 1;
    boost::asio::post(loop, [] {});  // who waits for it looks again
    if (is_first) may_go_on.wait();
  };
  int done = 0;
  const auto purge = [&](const JobId& job) {
    boost::asio::co_spawn(loop, keeper.purge({job}), [&](std::exception_ptr, auto counts) {
      EXPECT_TRUE(counts);
      ++done;
    });
  };
  purge(first);
  EXPECT_TRUE(run_until([&] { return looks > 0; }));
  purge(second);
  EXPECT_TRUE(run_until([&] { return !has_job(second); }));
  // Whatever the second has begun before these ends before they do.
  for (int i = 0; i < 2; ++i) write([](store::Writer&) { return Result<>(); });
  const auto nothing = [] { return 0; };
  await(files.compute(nothing));
  EXPECT_EQ(looks, 1) << "the second has looked at what the first removes";
  may_go_on.count_down();
  EXPECT_TRUE(run_until([&] { return done == 2; }));
  EXPECT_FALSE(has_object(first));
  EXPECT_FALSE(has_object(second));
}

}  // namespace
}  // namespace musicfleet::backend
