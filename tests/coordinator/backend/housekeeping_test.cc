#include "coordinator/backend/housekeeping.h"

#include "tests/coordinator/backend/backend_fixture.h"

#include <fstream>

namespace musicfleet::backend {
namespace {

namespace fs = std::filesystem;

class HousekeepingTest : public BackendTest {
 protected:
  HousekeepingTest() { make(); }

  void make() {
    Process& p = *process;
    retention.emplace(RetentionParts{p.clock, p.store, p.readers, p.board, p.audio, p.files},
                      RetentionPolicy{}, Log(p.log_output, "retention"));
    housekeeping.emplace(loop, p.store, *retention, p.store_health, p.clock, file,
                         Log(p.log_output, "housekeeping"));
  }

  std::uintmax_t log_bytes() const { return fs::file_size(file.string() + "-wal"); }

  // A reader that is in mid-query leaves the log as it is, and the next time comes.
  void empty_log() {
    for (int round = 0; round < 1'000 && log_bytes() > 0; ++round)
      ASSERT_TRUE(await(housekeeping->empty_log()));
  }

  fs::path file = folder / "musicfleet.db";
  std::optional<Retention> retention;
  std::optional<Housekeeping> housekeeping;
};

TEST_F(HousekeepingTest, EmptiesTheLogWhileTheStoreIsOpen) {
  for (int i = 0; i < 20; ++i) submit();
  ASSERT_GT(log_bytes(), 0u);
  empty_log();
  EXPECT_EQ(log_bytes(), 0u);
  EXPECT_EQ(process->store_health.wal_bytes, 0u);
  submit();
}

TEST_F(HousekeepingTest, SaysInTheMetricsWhenTheDatabaseIsDamaged) {
  submit();
  ASSERT_TRUE(await(housekeeping->check()));
  EXPECT_NE(process->backend.metrics_text().find("musicfleet_store_sound 1"), std::string::npos);
  empty_log();
  std::fstream pages(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t offset = 8'192; offset < fs::file_size(file); offset += 4'096)
    pages.seekp(static_cast<std::streamoff>(offset)).write("damaged", 7);
  pages.close();
  EXPECT_FALSE(await(housekeeping->check()));
  EXPECT_NE(process->backend.metrics_text().find("musicfleet_store_sound 0"), std::string::npos);
}

TEST_F(HousekeepingTest, TakesABackupBesideTheWork) {
  const Job job = submit();
  const auto taken = await(housekeeping->back_up(folder / "backup"));
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->jobs, 1);
  EXPECT_TRUE(store::verify_backup(folder / "backup"));
  EXPECT_TRUE(store::JobReader::open(folder / "backup" / "musicfleet.db")->job(job.id));
}

TEST_F(HousekeepingTest, GivesFreePagesBack) {
  std::vector<JobId> jobs(20);
  for (JobId& id : jobs) id = submit([](http::Submission& s) { s.spec.lyrics = std::string(4'000, 'x'); }).id;
  for (const JobId& id : jobs) ASSERT_TRUE(await(process->backend.cancel(who, id)));
  ASSERT_TRUE(await(retention->purge(jobs)));
  ASSERT_TRUE(await(housekeeping->expire()));
  auto database = store::Database::open(file, store::Database::Mode::kReadOnly).value();
  EXPECT_EQ(database.integer("PRAGMA freelist_count").value(), 0);
}

}  // namespace
}  // namespace musicfleet::backend
