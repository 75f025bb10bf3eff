#include "common/hub/partial_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string kContent = "the weights of a model";

RepoFile listed(const std::string& path = "vae/model.safetensors") {
  return {.path = path, .size = kContent.size(), .git_oid = {}, .sha256 = to_hex(sha256(kContent))};
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class PartialFileTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  const fs::path target_ = folder_ / "model/vae/model.safetensors";

  PartialFile open(const RepoFile& file = listed()) {
    return PartialFile::open(folder_.path(), file).value();
  }
};

TEST_F(PartialFileTest, GoesOnWhereTheLastOneEnded) {
  {
    PartialFile first = open();
    ASSERT_TRUE(first.set_etag("\"tag\""));
    ASSERT_TRUE(first.append(kContent.substr(0, 7)));
  }
  EXPECT_EQ(PartialFile::bytes_in(folder_.path(), listed()), 7u);
  PartialFile second = open();
  EXPECT_EQ(second.offset(), 7u);
  EXPECT_EQ(second.etag(), "\"tag\"");
  ASSERT_TRUE(second.append(kContent.substr(7)));
  EXPECT_TRUE(second.is_whole());
  EXPECT_EQ(second.publish(target_).value(), listed().sha256);
  EXPECT_EQ(text_of(target_), kContent);
  EXPECT_EQ(PartialFile::bytes_in(folder_.path(), listed()), 0u);
}

TEST_F(PartialFileTest, WrongContentGetsNoNameAndStartsOver) {
  PartialFile partial = open();
  ASSERT_TRUE(partial.append(std::string(kContent.size(), 'x')));
  const auto published = partial.publish(target_);
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(target_));
  EXPECT_EQ(partial.offset(), 0u);
  ASSERT_TRUE(partial.append(kContent));
  EXPECT_TRUE(partial.publish(target_));
}

TEST_F(PartialFileTest, MoreBytesThanTheFileHasAreRefused) {
  PartialFile partial = open();
  ASSERT_TRUE(partial.append(kContent));
  EXPECT_THAT(partial.append("x").error().message, HasSubstr("more than"));
}

TEST_F(PartialFileTest, OneThatIsTooLongStartsOver) {
  { ASSERT_TRUE(open().append(kContent.substr(0, 7))); }
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    std::ofstream(entry.path(), std::ios::app) << std::string(100, 'x');
  EXPECT_EQ(PartialFile::bytes_in(folder_.path(), listed()), 0u);
  EXPECT_EQ(open().offset(), 0u);
}

TEST_F(PartialFileTest, TwoFilesOfOneContentDoNotMeet) {
  PartialFile one = open(listed("a.json")), other = open(listed("b.json"));
  ASSERT_TRUE(one.append("the "));
  EXPECT_EQ(PartialFile::bytes_in(folder_.path(), listed("b.json")), 0u);
}

TEST_F(PartialFileTest, AWeakTagIsNoTag) {
  PartialFile partial = open();
  ASSERT_TRUE(partial.set_etag("W/\"tag\""));
  EXPECT_EQ(partial.etag(), "");
}

TEST_F(PartialFileTest, OneThatStartsOverForgetsWhereItsBytesCameFrom) {
  {
    PartialFile partial = open();
    ASSERT_TRUE(partial.set_etag("\"tag\""));
    ASSERT_TRUE(partial.append("the "));
    ASSERT_TRUE(partial.start_over());
    ASSERT_TRUE(partial.set_etag(""));
    ASSERT_TRUE(partial.append("the weights"));
  }
  const PartialFile next = open();
  EXPECT_EQ(next.offset(), 11u);
  EXPECT_EQ(next.etag(), "");
}

TEST_F(PartialFileTest, WhoIsStoppedWhileItIsReadLosesNothing) {
  { ASSERT_TRUE(open().append(kContent.substr(0, 7))); }
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = PartialFile::open(folder_.path(), listed(), stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(open().offset(), 7u);
}

TEST_F(PartialFileTest, NothingIsLeftOfOneThatNeverBegan) {
  {
    PartialFile partial = open();
    ASSERT_TRUE(partial.set_etag("\"tag\""));
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

}  // namespace
}  // namespace musicfleet
