#include "common/hub/repo_tree.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;

const std::string kOid(40, 'a');
const std::string kSha(64, 'b');

std::string file(const std::string& path, const std::string& more) {
  return R"([{"type":"file","path":")" + path + "\"," + more + "}]";
}

std::string why(const std::string& json) {
  const auto files = parse_tree(json);
  return files ? "it is taken" : files.error().message;
}

TEST(RepoTree, SmallFilesHaveTheirGitHashAndLargeOnesTheirSha256) {
  const auto files = parse_tree(R"([{"type":"directory","path":"vae","size":0,"oid":"x"},
    {"type":"file","path":"vae/config.json","size":7,"oid":")" +
                                kOid + R"(","xetHash":"?"},
    {"type":"file","path":"vae/model.safetensors","size":9,"oid":")" +
                                kOid + R"(","lfs":{"oid":")" + kSha + R"(","size":9,"pointerSize":134}}])");
  ASSERT_TRUE(files) << files.error().message;
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].key(), kOid);
  EXPECT_EQ((*files)[0].size, 7u);
  EXPECT_EQ((*files)[1].path, "vae/model.safetensors");
  EXPECT_EQ((*files)[1].key(), kSha);
}

TEST(RepoTree, WhatIsNoListOfFilesIsRefused) {
  for (const char* text : {"", "{}", "null", "[1]", "[", "<html>", R"([{"type":"file"}])"})
    EXPECT_FALSE(parse_tree(text)) << text;
  EXPECT_TRUE(parse_tree("[]"));
}

TEST(RepoTree, ASizeOrAHashThatIsNoneNamesItsFile) {
  EXPECT_THAT(why(file("a", R"("oid":")" + kOid + "\"")), HasSubstr("no size for a"));
  EXPECT_THAT(why(file("a", R"("size":-1,"oid":")" + kOid + "\"")), HasSubstr("no size for a"));
  EXPECT_THAT(why(file("a", R"("size":1e3,"oid":")" + kOid + "\"")), HasSubstr("no size for a"));
  EXPECT_THAT(why(file("a", R"("size":99999999999999,"oid":")" + kOid + "\"")), HasSubstr("more than"));
  EXPECT_THAT(why(file("a", R"("size":1,"oid":"../x")")), HasSubstr("no hash for a"));
  EXPECT_THAT(why(file("a", R"("size":1,"lfs":{"oid":")" + kOid + R"(","size":1})")),
              HasSubstr("no SHA-256 for a"));
  EXPECT_THAT(why(file("a", R"("size":1,"lfs":[])")), HasSubstr("no SHA-256 for a"));
  EXPECT_THAT(why(file("../a", R"("size":1,"oid":")" + kOid + "\"")), HasSubstr("leaves its folder"));
}

TEST(RepoTree, TheNextPageIsFoundAmongOtherLinks) {
  EXPECT_EQ(next_page(R"(<https://hub/x?cursor=a>; rel="next")"), "https://hub/x?cursor=a");
  EXPECT_EQ(next_page(R"(<https://hub/1>; rel="prev", <https://hub/2,3>;title=x ; rel="next")"),
            "https://hub/2,3");
  for (const char* link :
       {"", "https://hub/x", R"(<https://hub/x>; rel="prev")", "<https://hub/x", ">a<; rel=\"next\""})
    EXPECT_EQ(next_page(link), std::nullopt) << link;
}

}  // namespace
}  // namespace musicfleet
