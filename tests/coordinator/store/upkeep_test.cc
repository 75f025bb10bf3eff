#include "coordinator/store/upkeep.h"

#include "tests/coordinator/store/store_fixture.h"

#include <fstream>

namespace musicfleet::store {
namespace {

class UpkeepTest : public StoreTest {
 protected:
  void insert(int first, int count, std::size_t prompt = 100) {
    for (int i = first; i < first + count; ++i) {
      Job job = queued_job(concat("job_", i));
      job.spec.prompt = std::string(prompt, 'x');
      ASSERT_TRUE(writer.insert(job, std::nullopt));
    }
  }
};

TEST_F(UpkeepTest, EmptiesTheLog) {
  insert(0, 50);
  EXPECT_GT(wal_bytes(file), 0u);
  EXPECT_TRUE(empty_wal(file, std::chrono::milliseconds(0)).value());
  EXPECT_EQ(wal_bytes(file), 0u);
  EXPECT_TRUE(reader.job(JobId{"job_49"}));
}

TEST_F(UpkeepTest, LeavesTheLogToAReaderAndEmptiesItOnceTheReaderIsGone) {
  insert(0, 10);
  Database old_reader = Database::open(file, Database::Mode::kReadOnly).value();
  ASSERT_TRUE(old_reader.execute("BEGIN; SELECT count(*) FROM jobs"));
  insert(10, 10);
  EXPECT_FALSE(empty_wal(file, std::chrono::milliseconds(0)).value());
  EXPECT_GT(wal_bytes(file), 0u);
  insert(20, 1);
  ASSERT_TRUE(old_reader.execute("COMMIT"));
  EXPECT_TRUE(empty_wal(file, std::chrono::milliseconds(0)).value());
  EXPECT_EQ(wal_bytes(file), 0u);
}

TEST_F(UpkeepTest, FindsADamagedPage) {
  insert(0, 50, 2'000);
  EXPECT_TRUE(check_pages(file));
  ASSERT_TRUE(empty_wal(file, std::chrono::milliseconds(0)).value());
  std::fstream pages(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t offset = 8'192; offset < std::filesystem::file_size(file); offset += 4'096)
    pages.seekp(static_cast<std::streamoff>(offset)).write("damaged", 7);
  pages.close();
  const auto checked = check_pages(file);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
}

TEST_F(UpkeepTest, StopsLookingWhenItIsToldTo) {
  insert(0, 500);
  std::stop_source stop;
  stop.request_stop();
  const auto checked = check_pages(file, stop.get_token());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kCancelled);
}

TEST_F(UpkeepTest, GivesFreePagesBackAFewAtATime) {
  insert(0, 1, 1'000'000);
  const auto pages = database.integer("PRAGMA page_count").value();
  ASSERT_TRUE(
      database.execute("UPDATE jobs SET state = 'cancelled', finished_at = 1; INSERT INTO removals SELECT "
                       "id, 'job', 1 FROM jobs; "
                       "DELETE FROM events; DELETE FROM jobs"));
  const auto free_pages = database.integer("PRAGMA freelist_count").value();
  ASSERT_GT(free_pages, 200);
  EXPECT_EQ(give_back_pages(database, 50).value(), free_pages - 50);
  EXPECT_EQ(give_back_pages(database, 1'000).value(), 0);
  EXPECT_LT(database.integer("PRAGMA page_count").value(), pages - 200);
}

}  // namespace
}  // namespace musicfleet::store
