#include "worker/audio/unfinished_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace musicfleet {
namespace {

using testing::TemporaryFolder;

TEST(UnfinishedFile, TakesItsNameOnlyWhenFinished) {
  const TemporaryFolder folder;
  UnfinishedFile file(folder / "song");
  std::ofstream(file.path()) << "12345";
  EXPECT_FALSE(std::filesystem::exists(folder / "song"));
  EXPECT_EQ(*file.finish(), 5u);
  EXPECT_TRUE(std::filesystem::exists(folder / "song"));
  EXPECT_FALSE(std::filesystem::exists(file.path()));
}

TEST(UnfinishedFile, LeavesNothingBehindWhenAbandoned) {
  const TemporaryFolder folder;
  {
    const UnfinishedFile file(folder / "song");
    std::ofstream(file.path()) << "12345";
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(UnfinishedFile, FinishingWithoutAFileNamesTheDestination) {
  const TemporaryFolder folder;
  const auto finished = UnfinishedFile(folder / "song").finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message, ::testing::HasSubstr((folder / "song").string()));
}

}  // namespace
}  // namespace musicfleet
