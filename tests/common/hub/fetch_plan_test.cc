#include "common/hub/fetch_plan.h"

#include "common/sha256.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

const std::string kCommit(40, 'c');

class FetchPlanTest : public ::testing::Test {
 protected:
  FetchPlanTest() {
    options_.repository = "a/b";
    options_.folder = folder_.path();
    std::ofstream(folder_ / "model_index.json") << "right";
  }

  FetchPlan plan(const std::optional<ModelManifest>& known = {}) {
    WantedFiles files;
    files.wanted = {
        {.path = "model_index.json", .size = 5, .git_oid = {}, .sha256 = to_hex(sha256(content_))}};
    return plan_fetch(options_, kCommit, files, known, {}).value();
  }

  ModelManifest manifest(const std::string& commit) {
    return {.repository = "a/b",
            .revision = "main",
            .commit = commit,
            .files = {{.path = "model_index.json", .size = 5, .sha256 = to_hex(sha256(content_))}}};
  }

  testing::TemporaryFolder folder_;
  FetchOptions options_;
  std::string content_ = "right";
};

TEST_F(FetchPlanTest, AFileThatIsThereIsReadUnlessTheManifestKnowsIt) {
  EXPECT_TRUE(plan().missing.empty());
  content_ = "wrong";
  EXPECT_EQ(plan().missing.size(), 1u);
  EXPECT_EQ(plan().bytes_missing, 5u);
  EXPECT_TRUE(plan(manifest(kCommit)).missing.empty()) << "its size is enough";
  EXPECT_EQ(plan(manifest(std::string(40, 'd'))).missing.size(), 1u)
      << "another commit's manifest is no proof";
}

TEST_F(FetchPlanTest, AnotherSizeIsMissingWhateverTheManifestSays) {
  std::ofstream(folder_ / "model_index.json") << "longer than it was";
  EXPECT_EQ(plan(manifest(kCommit)).missing.size(), 1u);
}

TEST_F(FetchPlanTest, AFullDiskIsNoticedBeforeItIsFull) {
  FetchPlan plan;
  plan.missing.resize(1);
  EXPECT_TRUE(check_room(folder_.path(), plan));
  plan.bytes_missing = std::uint64_t{1} << 60;
  const Result<> room = check_room(folder_.path(), plan);
  ASSERT_FALSE(room);
  EXPECT_EQ(room.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace musicfleet
