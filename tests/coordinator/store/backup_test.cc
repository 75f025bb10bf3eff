#include "coordinator/store/backup.h"

#include "tests/coordinator/store/database_dump.h"
#include "tests/coordinator/store/store_fixture.h"

#include <fstream>
#include <sstream>

namespace musicfleet::store {
namespace {

namespace fs = std::filesystem;

class BackupTest : public StoreTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 20; ++i) add(i);
  }

  void add(int number) {
    Job job = queued_job(concat("job_", number));
    ASSERT_TRUE(writer.insert(job, std::nullopt));
    if (number % 2) return;
    job.state = JobState::kLeased;
    job.epoch = 1;
    job.worker = WorkerId{"w"};
    job.started_at = at(2'000);
    ASSERT_TRUE(writer.apply({JobUpdated{job}}));
    job.state = JobState::kSucceeded;
    job.finished_at = at(3'000);
    job.audio.emplace().object = concat("songs/job_", number, "/1.wav");
    job.audio->size_bytes = 1'000;
    job.audio->sha256 = hash_of(static_cast<std::uint8_t>(number));
    ASSERT_TRUE(writer.apply({JobUpdated{job}}));
  }

  Result<BackupFacts> back_up() { return take_backup(file, folder / "backup", at(5'000)); }
  static void damage(const fs::path& path, std::streamoff offset) {
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(offset).write("damaged", 7);
  }
  Result<BackupFacts> restore(std::int64_t newest = 999) {
    return restore_backup(folder / "backup", target, newest);
  }

  fs::path target = folder / "restored.db";
};

TEST_F(BackupTest, HoldsWhatWasCommittedAndSaysHowMuch) {
  const auto taken = back_up();
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->jobs, 20);
  EXPECT_EQ(taken->events, 20);
  EXPECT_EQ(taken->songs, 10);
  EXPECT_EQ(taken->song_bytes, 10'000u);
  EXPECT_EQ(taken->taken_at, at(5'000));
  EXPECT_EQ(taken->schema_version, static_cast<std::int64_t>(all_migrations().size()));
  EXPECT_EQ(verify_backup(folder / "backup")->database_sha256, taken->database_sha256);
  EXPECT_EQ(dump(folder / "backup" / "musicfleet.db"), dump(file));
  std::ostringstream songs;
  songs << std::ifstream(folder / "backup" / "songs.sha256").rdbuf();
  EXPECT_NE(songs.str().find("04040404  songs/job_4/1.wav\n"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "backup.part"));
}

TEST_F(BackupTest, ThatIsBrokenOffLeavesNothing) {
  std::stop_source stop;
  stop.request_stop();
  const auto taken = take_backup(file, folder / "backup", at(5'000), stop.get_token());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kCancelled) << taken.error().message;
  EXPECT_FALSE(fs::exists(folder / "backup"));
  EXPECT_FALSE(fs::exists(folder / "backup.part"));
}

TEST_F(BackupTest, ComesBackAndKeepsWhatItReplaced) {
  ASSERT_TRUE(back_up());
  const std::string before = dump(file);
  { Database other = open_migrated(target); }
  ASSERT_TRUE(restore());
  EXPECT_EQ(dump(target), before);
  EXPECT_EQ(integrity_of(target), "ok");
  EXPECT_TRUE(fs::exists(target.string() + ".before-restore"));
  Database restored = open_migrated(target);
  EXPECT_EQ(restored.integer("PRAGMA auto_vacuum").value(), 2) << "pages can be given back";
}

// The log of the database that was there is not applied to the one that comes.
TEST_F(BackupTest, IsRestoredOverADatabaseThatWasNotClosed) {
  ASSERT_TRUE(back_up());
  const std::string before = dump(file);
  Database crashed = open_migrated(target);
  ASSERT_TRUE(JobWriter(crashed).insert(queued_job("job_lost"), std::nullopt));
  ASSERT_TRUE(fs::exists(target.string() + "-wal"));
  ASSERT_TRUE(restore());
  EXPECT_EQ(dump(target), before);
}

TEST_F(BackupTest, IsTakenWhileTheCoordinatorWritesAndReads) {
  ASSERT_TRUE(database.execute("BEGIN IMMEDIATE"));
  ASSERT_TRUE(writer.insert(queued_job("job_open"), std::nullopt));
  EXPECT_EQ(back_up()->jobs, 20) << "what is not committed is not there";
  ASSERT_TRUE(database.execute("COMMIT"));
}

TEST_F(BackupTest, OfAnOlderDatabaseCanGivePagesBack) {
  const fs::path older = folder / "older.db";
  ASSERT_TRUE(database.execute(concat("VACUUM INTO '", older.string(), "'").c_str()));
  {
    Database made_without = Database::open(older, Database::Mode::kReadWrite).value();
    ASSERT_TRUE(made_without.execute("PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM"));
  }
  ASSERT_EQ(Database::open(older, Database::Mode::kReadOnly)->integer("PRAGMA auto_vacuum").value(), 0);
  const auto taken = take_backup(older, folder / "backup", at(1));
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(dump(folder / "backup" / "musicfleet.db"), dump(file));
  EXPECT_FALSE(fs::exists(folder / "backup" / "musicfleet.db-wal"));
  ASSERT_TRUE(restore());
  EXPECT_EQ(Database::open(target, Database::Mode::kReadOnly)->integer("PRAGMA auto_vacuum").value(), 2);
}

TEST_F(BackupTest, IsNotTrustedOnceAByteIsAnother) {
  ASSERT_TRUE(back_up());
  damage(folder / "backup" / "musicfleet.db", 8'000);
  EXPECT_EQ(verify_backup(folder / "backup").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(restore().error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(target));
  damage(folder / "backup" / "manifest.json", 0);
  EXPECT_EQ(verify_backup(folder / "backup").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(verify_backup(folder / "nothing").error().code, ErrorCode::kNotFound);
}

TEST_F(BackupTest, IsNeverWrittenOverAnother) {
  ASSERT_TRUE(back_up());
  EXPECT_EQ(back_up().error().code, ErrorCode::kConflict);
}

TEST_F(BackupTest, OfADamagedDatabaseIsNotMade) {
  const fs::path damaged = folder / "damaged.db";
  ASSERT_TRUE(database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  fs::copy_file(file, damaged);
  // A page of the jobs' table, not the header.
  const auto size = static_cast<std::streamoff>(fs::file_size(damaged));
  for (std::streamoff offset = 4'096 * 2; offset < size; offset += 4'096) damage(damaged, offset);
  EXPECT_FALSE(take_backup(damaged, folder / "backup", at(1)));
  EXPECT_FALSE(fs::exists(folder / "backup"));
  EXPECT_FALSE(fs::exists(folder / "backup.part"));
}

TEST_F(BackupTest, OfANewerSchemaIsNotRestored) {
  ASSERT_TRUE(back_up());
  EXPECT_EQ(restore(1).error().code, ErrorCode::kConflict);
  EXPECT_FALSE(fs::exists(target));
}

}  // namespace
}  // namespace musicfleet::store
