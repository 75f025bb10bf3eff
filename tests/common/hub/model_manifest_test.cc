#include "common/hub/model_manifest.h"

#include "common/sha256.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace musicfleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ModelManifestTest : public ::testing::Test {
 protected:
  ModelManifestTest() { write("a.json", "alpha"); }

  void write(const char* name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  testing::TemporaryFolder folder_;
  const ModelManifest manifest_{.repository = "a/b",
                                .revision = "main",
                                .commit = std::string(40, 'c'),
                                .files = {{.path = "a.json", .size = 5, .sha256 = to_hex(sha256("alpha"))}}};
};

TEST_F(ModelManifestTest, IsReadAsItWasWritten) {
  ASSERT_TRUE(write_manifest(folder_.path(), manifest_));
  const auto read = read_manifest(folder_.path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->repository, "a/b");
  EXPECT_EQ(read->revision, "main");
  EXPECT_EQ(read->commit, manifest_.commit);
  ASSERT_NE(read->find("a.json"), nullptr);
  EXPECT_EQ(read->find("a.json")->sha256, manifest_.files[0].sha256);
  EXPECT_EQ(read->find("b.json"), nullptr);
}

TEST_F(ModelManifestTest, AFolderWithoutOneSaysSo) {
  EXPECT_EQ(read_manifest(folder_.path()).error().code, ErrorCode::kNotFound);
}

TEST_F(ModelManifestTest, ADamagedOneIsNotBelieved) {
  const std::string commit(40, 'c'), hash(64, 'a');
  const std::string good = R"({"format":1,"repository":"a/b","revision":"m","commit":")" + commit +
                           R"(","files":[{"path":"x","size":1,"sha256":")" + hash + R"("}]})";
  write(kManifestName, good);
  ASSERT_TRUE(read_manifest(folder_.path()));
  const std::vector<std::pair<std::string, std::string>> damages{{good, ""},
                                                                 {good, "[]"},
                                                                 {"\"format\":1", "\"format\":2"},
                                                                 {"}]}", "}]"},
                                                                 {"a/b", "a/b\\u001b[2J"},
                                                                 {commit, "main"},
                                                                 {"\"x\"", "\"../x\""},
                                                                 {"\"x\"", "7"},
                                                                 {hash, "a"},
                                                                 {"\"size\":1", "\"size\":\"1\""}};
  for (const auto& [from, to] : damages) {
    std::string text = good;
    write(kManifestName, text.replace(text.find(from), from.size(), to));
    const auto read = read_manifest(folder_.path());
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt) << text;
  }
}

TEST_F(ModelManifestTest, WhatBecameOfTheFilesIsSaidForEach) {
  EXPECT_THAT(differences(folder_.path(), manifest_, true), IsEmpty());
  write("a.json", "alphb");
  EXPECT_THAT(differences(folder_.path(), manifest_, false), IsEmpty())
      << "without reading it nobody can tell";
  EXPECT_THAT(differences(folder_.path(), manifest_, true), ElementsAre(HasSubstr("a.json: its SHA-256 is")));
  write("a.json", "alph");
  EXPECT_THAT(differences(folder_.path(), manifest_, false), ElementsAre(HasSubstr("a.json: has 4 bytes")));
  std::filesystem::remove(folder_ / "a.json");
  EXPECT_THAT(differences(folder_.path(), manifest_, false), ElementsAre(HasSubstr("a.json: No such file")));
}

}  // namespace
}  // namespace musicfleet
