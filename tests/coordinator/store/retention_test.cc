// What may leave the database, what stays, and that nothing else does.
#include "coordinator/store/ended_jobs.h"
#include "coordinator/store/job_removal.h"
#include "coordinator/store/ledger_table.h"
#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

class RetentionTest : public StoreTest {
 protected:
  // A job of the state, made at `created` seconds and ended a second later.
  JobId add(const std::string& name, JobState state, std::int64_t created = 1) {
    Job job = queued_job(name, at(created * 1'000));
    EXPECT_TRUE(writer.insert(job, IdempotencyKey{name, hash_of(1)}));
    if (state == JobState::kQueued) return job.id;
    job.state = JobState::kLeased;
    job.epoch = 1;
    job.worker = WorkerId{"w"};
    job.started_at = job.created_at;
    EXPECT_TRUE(writer.apply({AttemptStarted{{job.id, 1}, job.worker, job.created_at},
                              HistoryEvent{job.id, job.created_at, "leased", "{}"}, JobUpdated{job}}));
    if (state == JobState::kLeased) return job.id;
    job.state = state;
    job.finished_at = job.updated_at = at(created * 1'000 + 1'000);
    if (state == JobState::kFailed) job.error = Error{ErrorCode::kInternal, "broken"};
    if (state == JobState::kSucceeded) job.audio.emplace().object = concat("songs/", name, "/1.wav");
    EXPECT_TRUE(writer.apply({JobUpdated{job}}));
    return job.id;
  }

  std::int64_t count(const char* sql) { return database.integer(sql).value(); }
  bool refused(const char* sql) {
    const auto done = database.execute(sql);
    return !done && done.error().code == ErrorCode::kConflict;
  }

  // Somebody who is told how every job of the default tenant ends.
  void subscribe() {
    ASSERT_FALSE(
        refused("INSERT INTO webhook_endpoints (id, tenant, url, description, secret, enabled, "
                "disabled_reason, created_at)"
                "VALUES ('wh', 'default', 'https://shop.example', '', 's', 1, '', 0);"
                "INSERT INTO webhook_subscriptions VALUES ('wh', 'job.succeeded')"));
  }

  static PurchaseIntent intent_to_compare(const JobId& job) {
    using namespace std::chrono_literals;
    return {{job, 1}, TenantId{"default"}, "elevenlabs", "music_v1", PurchasePurpose::kShadow,
            180s,     {450'000},           "a row",      at(3'000)};
  }
  static PurchaseEnd bought_to_compare(const JobId& job) {
    return {{job, 1}, at(4'000), PurchaseState::kBought, "song", "", concat("songs/", job, "/1-shadow.mp3")};
  }
  void buy_to_compare(const JobId& job) {
    ASSERT_TRUE(LedgerTable(database).intend(intent_to_compare(job)));
    ASSERT_TRUE(LedgerTable(database).end(bought_to_compare(job)));
  }

  JobRemoval removal{database};
};

TEST_F(RetentionTest, APurgedJobLeavesNothingButItsNote) {
  const JobId song = add("job_song", JobState::kSucceeded);
  const JobId failed = add("job_failed", JobState::kFailed);
  const JobId kept = add("job_kept", JobState::kSucceeded);
  const auto counts = removal.purge({song, failed, JobId{"job_unknown"}}, at(9'000)).value();
  EXPECT_EQ(counts, (RemovalCounts{2, 4, 2, 1, 0}));
  EXPECT_FALSE(reader.job(song));
  EXPECT_TRUE(reader.job(kept));
  EXPECT_EQ(count("SELECT count(*) FROM events WHERE job <> 'job_kept'"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM attempts WHERE job <> 'job_kept'"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM idempotency WHERE job <> 'job_kept'"), 0);
  EXPECT_EQ(removal.begin_removals({}, 10).value(), (std::vector<JobId>{failed, song}));
  ASSERT_EQ(removal.songs_removed(song), true);
  EXPECT_EQ(removal.begin_removals({}, 10).value(), std::vector<JobId>{failed});
}

TEST_F(RetentionTest, NothingOfALiveJobGoes) {
  const std::vector<JobId> live{add("job_queued", JobState::kQueued), add("job_leased", JobState::kLeased)};
  const RemovalCounts none{0, 0, 0, 0, 2};
  EXPECT_EQ(removal.purge(live, at(1)).value(), none);
  EXPECT_EQ(removal.remove_songs(live, at(1)).value(), none);
  EXPECT_EQ(removal.remove_history(live, at(1)).value(), none);
  EXPECT_EQ(removal.erase(live, at(1)).value(), none);
  EXPECT_EQ(count("SELECT count(*) FROM events"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM removals"), 0);
}

TEST_F(RetentionTest, AJobOutlivesItsSongAndItsHistory) {
  const JobId id = add("job_1", JobState::kSucceeded);
  EXPECT_EQ(removal.remove_songs({id}, at(7'000)).value(), (RemovalCounts{1, 0, 0, 1, 0}));
  EXPECT_EQ(removal.remove_songs({id}, at(8'000)).value(), RemovalCounts{});
  EXPECT_EQ(reader.job(id)->audio->removed_at, at(7'000));
  EXPECT_EQ(removal.begin_removals({}, 10).value(), std::vector<JobId>{id});

  EXPECT_EQ(removal.remove_history({id}, at(7'000)).value(), (RemovalCounts{1, 2, 0, 0, 0}));
  EXPECT_TRUE(reader.events(id)->empty());
  EXPECT_EQ(reader.attempts(id)->size(), 1u);
  EXPECT_EQ(reader.job(id)->state, JobState::kSucceeded);
  // The song's files are still noted when the job goes as well.
  EXPECT_EQ(removal.purge({id}, at(9'000)).value(), (RemovalCounts{1, 0, 1, 0, 0}));
  EXPECT_EQ(removal.begin_removals({}, 10).value(), std::vector<JobId>{id});
}

TEST_F(RetentionTest, ErasingTakesWhatItsOwnerWroteAndTheSong) {
  const JobId id = add("job_1", JobState::kSucceeded);
  ASSERT_TRUE(database.execute(
      R"(UPDATE jobs SET metadata = '{"a":1}', vendor_order = '{"body":{}}', spec = json_set(spec, '$.lyrics', 'la', '$.title', 'T'))"));
  EXPECT_EQ(removal.erase({id}, at(7'000)).value(), (RemovalCounts{1, 0, 0, 1, 0}));
  const Job job = reader.job(id).value();
  EXPECT_EQ(job.spec.prompt + job.spec.lyrics + job.spec.title, "");
  EXPECT_EQ(job.metadata_json, "{}");
  EXPECT_EQ(job.vendor_order, "");
  EXPECT_EQ(job.audio->removed_at, at(7'000));
  EXPECT_EQ(reader.events(id)->size(), 2u) << "the books stay";
  EXPECT_EQ(removal.erase({id}, at(8'000)).value(), RemovalCounts{});
}

TEST_F(RetentionTest, AJobWhoseSongsAreStillToGoGetsNoNewLifeWhoseSongWouldGoWithThem) {
  const JobId id = add("job_1", JobState::kFailed);
  buy_to_compare(id);
  ASSERT_TRUE(writer.failed(id));
  ASSERT_TRUE(removal.remove_songs({id}, at(7'000)));
  const auto refused_life = writer.failed(id);
  ASSERT_FALSE(refused_life);
  EXPECT_EQ(refused_life.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused_life.error().message.find("still being removed"), std::string::npos);
  ASSERT_TRUE(removal.begin_removals({}, 10));
  ASSERT_EQ(removal.songs_removed(id), true);
  EXPECT_TRUE(writer.failed(id));
}

TEST_F(RetentionTest, MessagesAboutAJobAreErasedAndGoWithIt) {
  subscribe();
  const JobId erased = add("job_1", JobState::kSucceeded);
  const JobId other = add("job_2", JobState::kSucceeded);
  ASSERT_TRUE(
      database.execute(R"(UPDATE webhook_deliveries SET facts = json_set(facts, '$.metadata', 'mine'))"));
  ASSERT_TRUE(removal.erase({erased}, at(7'000)));
  const char owners_words[] = "SELECT count(*) FROM webhook_deliveries WHERE facts ->> '$.metadata' = 'mine'";
  EXPECT_EQ(count(owners_words), 1) << "the other job's";
  EXPECT_EQ(count("SELECT count(*) FROM webhook_deliveries WHERE facts ->> '$.metadata' = '{}'"), 1)
      << "the message itself stays";
  ASSERT_TRUE(removal.purge({other}, at(8'000)));
  EXPECT_EQ(count("SELECT count(*) FROM webhook_deliveries"), 1);
  EXPECT_EQ(count(owners_words), 0);
}

TEST_F(RetentionTest, ABoughtSongGoesWithItsJobAndWhatWasPaidStays) {
  const JobId purged = add("job_purged", JobState::kSucceeded);
  const JobId erased = add("job_erased", JobState::kFailed);
  const JobId kept = add("job_kept", JobState::kSucceeded);
  for (const JobId& job : {purged, erased, kept}) buy_to_compare(job);
  EXPECT_TRUE(removal.begin_removals({}, 10)->empty());
  EXPECT_EQ(ended_jobs(database, {{}, at(99'000), {}, 10})->jobs.at(1).has_bought_song, true);
  EXPECT_EQ(removal.purge({purged}, at(9'000))->jobs, 1);
  EXPECT_EQ(removal.erase({erased}, at(9'000))->songs, 0) << "it has no song of its own";
  EXPECT_EQ(removal.begin_removals({}, 10).value(), (std::vector<JobId>{erased, purged}));
  for (const JobId& job : {purged, erased}) {
    ASSERT_EQ(removal.songs_removed(job), true);
    EXPECT_TRUE(LedgerTable(database).bought_songs_of(job)->objects.empty());
  }
  EXPECT_EQ(LedgerTable(database).bought_songs_of(kept)->objects,
            std::vector<std::string>{"songs/job_kept/1-shadow.mp3"});
  EXPECT_EQ(count("SELECT count(*) FROM purchases"), 3);
  EXPECT_EQ(count("SELECT sum(amount) FROM ledger"), 3 * 450'000);
}

TEST_F(RetentionTest, ABoughtSongThatArrivesAfterItsJobHasGoneIsNotedForRemoval) {
  LedgerTable ledger(database);
  const JobId purged = add("job_purged", JobState::kSucceeded), erased = add("job_erased", JobState::kFailed);
  const JobId expired = add("job_expired", JobState::kSucceeded),
              kept = add("job_kept", JobState::kSucceeded);
  for (const JobId& job : {purged, erased, expired, kept}) ASSERT_TRUE(ledger.intend(intent_to_compare(job)));
  ASSERT_TRUE(removal.purge({purged}, at(9'000)));
  ASSERT_TRUE(removal.erase({erased}, at(9'000)));
  ASSERT_TRUE(removal.remove_songs({expired}, at(9'000)));
  const std::vector<JobId> gone = removal.begin_removals({}, 10).value();
  for (const JobId& job : gone) ASSERT_EQ(removal.songs_removed(job), true);
  EXPECT_TRUE(ledger.bought_songs_of(kept)->under_way);
  for (const JobId& job : {purged, erased, expired, kept}) ASSERT_TRUE(ledger.end(bought_to_compare(job)));
  EXPECT_EQ(removal.begin_removals({}, 10).value(), (std::vector<JobId>{erased, expired, purged}));
}

TEST_F(RetentionTest, ABoughtSongThatArrivesWhileItsJobsSongsAreRemovedIsStillToBeRemoved) {
  const JobId first = add("job_1", JobState::kSucceeded), second = add("job_2", JobState::kSucceeded);
  ASSERT_TRUE(LedgerTable(database).intend(intent_to_compare(second)));
  ASSERT_TRUE(removal.purge({first, second}, at(9'000)));
  EXPECT_EQ(removal.begin_removals({}, 1).value(), std::vector<JobId>{first});
  EXPECT_EQ(removal.begin_removals(first, 1).value(), std::vector<JobId>{second});
  ASSERT_TRUE(LedgerTable(database).end(bought_to_compare(second)));
  EXPECT_EQ(removal.songs_removed(second), false);
  EXPECT_EQ(removal.begin_removals(first, 1).value(), std::vector<JobId>{second}) << "its note stays";
  EXPECT_EQ(removal.songs_removed(second), true);
  EXPECT_TRUE(removal.begin_removals(first, 1)->empty());
}

TEST_F(RetentionTest, HistoryAndJobsOnlyGoWithARemovalThatIsWrittenDown) {
  add("job_1", JobState::kSucceeded);
  add("job_2", JobState::kLeased);
  EXPECT_TRUE(refused("DELETE FROM events"));
  EXPECT_TRUE(refused("DELETE FROM events WHERE job = 'job_1'"));
  EXPECT_TRUE(refused("DELETE FROM jobs WHERE id = 'job_1'"));
  EXPECT_TRUE(refused("UPDATE events SET kind = 'other'"));
  EXPECT_TRUE(refused("UPDATE jobs SET history_removed_at = 1 WHERE id = 'job_2'")) << "it is live";
  EXPECT_TRUE(refused("INSERT INTO removals VALUES ('job_2', 'job', 1)")) << "it is live";
  // A note that songs go is no leave to take the history.
  ASSERT_FALSE(refused("INSERT INTO removals VALUES ('job_1', 'songs', 1)"));
  EXPECT_TRUE(refused("DELETE FROM events WHERE job = 'job_1'"));
  EXPECT_TRUE(refused("DELETE FROM jobs WHERE id = 'job_1'"));
  // A note that a job goes cannot be taken back with the history gone and the job still there.
  ASSERT_FALSE(refused("UPDATE removals SET what = 'job' WHERE job = 'job_1'"));
  EXPECT_TRUE(refused("DELETE FROM removals WHERE job = 'job_1'"));
}

TEST_F(RetentionTest, ForgetsExpiredKeysAFewAtATime) {
  for (const char* name : {"a", "b", "c"}) add(name, JobState::kQueued);
  const WallTime day_after = at(1'000) + JobWriter::kIdempotencyPeriod;
  EXPECT_EQ(removal.forget_keys(day_after - std::chrono::milliseconds(1), 10).value(), 0);
  EXPECT_EQ(removal.forget_keys(day_after, 2).value(), 2);
  EXPECT_EQ(removal.forget_keys(day_after, 2).value(), 1);
}

TEST_F(RetentionTest, WalksOverWhatEndedOldestFirstInPages) {
  for (int i = 0; i < 9; ++i)
    add(concat("job_", i), i % 3 == 0 ? JobState::kQueued : JobState::kSucceeded, 10 - i / 2);
  std::string seen;
  EndedJobsQuery query;
  query.created_before = at(10'000);
  query.limit = 2;
  for (int pages = 0; pages < 20; ++pages) {
    const EndedJobsPage page = reader.ended_jobs(query).value();
    for (const EndedJob& job : page.jobs) seen += job.id.value.back();
    if (!page.next) break;
    query.after = page.next;
  }
  EXPECT_EQ(seen, "87452") << "0 and 1 are too young, 3 and 6 not over";
  query = {TenantId{"nobody"}, at(99'000), {}, 10};
  EXPECT_TRUE(reader.ended_jobs(query)->jobs.empty());
}

// Whoever adds a table that refers to jobs says what becomes of its rows when a job is purged.
TEST_F(RetentionTest, EveryTableThatRefersToJobsIsKnownToThePurge) {
  Rows rows = database
                  .query(
                      "SELECT s.name || ' ' || f.on_delete FROM sqlite_schema s, "
                      "pragma_foreign_key_list(s.name) f WHERE s.type = 'table' AND f.\"table\" = 'jobs' "
                      "AND f.on_delete <> 'CASCADE' ORDER BY s.name")
                  .value();
  std::vector<std::string> found;
  while (rows.next().value()) found.push_back(rows.text(0));
  EXPECT_EQ(found,
            (std::vector<std::string>{"attempts NO ACTION", "events NO ACTION", "idempotency NO ACTION"}))
      << "delete their rows in JobRemoval::purge, or let them go by ON DELETE CASCADE";
}

TEST(RetentionMigration, KeepsTheRowsOfADatabaseOfTheFirstSchema) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "old.db";
  {
    Database database = Database::open(file, Database::Mode::kReadWrite).value();
    ASSERT_TRUE(migrate(database, {all_migrations().front()}));
    ASSERT_TRUE(database.execute(
        "INSERT INTO jobs (id, tenant, state, spec, priority, metadata, created_at, updated_at, epoch, "
        "attempts, "
        "worker, cancel_requested, warnings) VALUES ('job_1', 'default', 'queued', '{}', 0, '{}', 1, 1, 0, "
        "0, '', 0, "
        "'[]'); INSERT INTO events (job, at, kind, detail) VALUES ('job_1', 1, 'submitted', '{}')"));
  }
  Database database = open_migrated(file);
  EXPECT_EQ(database.integer("SELECT count(*) FROM events").value(), 1);
  EXPECT_EQ(database.integer("SELECT count(*) FROM jobs WHERE history_removed_at IS NULL").value(), 1);
}

}  // namespace
}  // namespace musicfleet::store
