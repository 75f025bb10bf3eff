#include "worker/daemon/spool.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace musicfleet::daemon {
namespace {

TEST(Spool, IsEmptiedOfOldSongsAndOfNothingElse) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "songs");
  std::ofstream(folder / "songs/job_1-1.wav") << "old";
  std::ofstream(folder / "precious.txt") << "mine";
  const auto spool = Spool::open(folder.path());
  ASSERT_TRUE(spool) << spool.error().message;
  EXPECT_FALSE(std::filesystem::exists(folder / "songs/job_1-1.wav"));
  EXPECT_TRUE(std::filesystem::exists(folder / "precious.txt"));
}

TEST(Spool, BelongsToOneWorkerAtATime) {
  const testing::TemporaryFolder folder;
  {
    const auto first = Spool::open(folder.path());
    ASSERT_TRUE(first);
    const auto second = Spool::open(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  }
  EXPECT_TRUE(Spool::open(folder.path()));
}

TEST(Spool, EveryLeaseHasAFileOfItsOwn) {
  const testing::TemporaryFolder folder;
  const auto spool = Spool::open(folder.path());
  ASSERT_TRUE(spool);
  EXPECT_EQ(spool->file_for({{"job_1"}, 2}, AudioContainer::kFlac), folder.path() / "songs/job_1-2.flac");
}

TEST(Spool, AFolderThatCannotBeMadeIsAnErrorWithItsName) {
  const auto spool = Spool::open("/proc/nowhere");
  ASSERT_FALSE(spool);
  EXPECT_THAT(spool.error().message, ::testing::HasSubstr("/proc/nowhere"));
}

}  // namespace
}  // namespace musicfleet::daemon
