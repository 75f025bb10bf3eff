#include "common/hub/repo_names.h"

#include <gtest/gtest.h>

#include <string>

namespace musicfleet {
namespace {

TEST(RepoNames, ARepositoryHasAnOwnerAndAName) {
  EXPECT_TRUE(check_repository("ACE-Step/acestep-v15_xl.turbo"));
  for (const char* text :
       {"", "turbo", "a/b/c", "/b", "a/", "../b", "a/..", "a/b?c", "a b/c", "a/b\n", "-a/b"})
    EXPECT_FALSE(check_repository(text)) << text;
}

TEST(RepoNames, ARevisionIsABranchATagOrACommit) {
  for (const char* text : {"main", "v1.5", "refs/pr/1", "be23effe449c5957947f3020fd63bee23c64abe4"})
    EXPECT_TRUE(check_revision(text)) << text;
  for (const char* text : {"", "/main", "main/", "a//b", "../x", "a/../b", "a?b", "a b", "a#b", "a%2e"})
    EXPECT_FALSE(check_revision(text)) << text;
  EXPECT_TRUE(is_commit("be23effe449c5957947f3020fd63bee23c64abe4"));
  EXPECT_FALSE(is_commit("BE23EFFE449C5957947F3020FD63BEE23C64ABE4"));
  EXPECT_FALSE(is_commit("main"));
}

TEST(RepoNames, APathStaysInItsFolder) {
  for (const char* path :
       {"model_index.json", "vae/config.json", "a/b/c.d", "..a/b", "a/...", "über/x y.json"})
    EXPECT_TRUE(check_repo_path(path)) << path;
  for (const char* path : {"", "/", "/etc/passwd", "..", ".", "../x", "a/../x", "a/..", "a/./b", "a//b", "a/",
                           "a\\b", "a\nb", "a\x7f", "\x1b[2J"})
    EXPECT_FALSE(check_repo_path(path)) << path;
  EXPECT_FALSE(check_repo_path(std::string("a\0b", 3)));
  EXPECT_FALSE(check_repo_path(std::string(256, 'x')));
  EXPECT_TRUE(check_repo_path(std::string(255, 'x')));
  EXPECT_FALSE(check_repo_path(std::string(255, 'x') + "/" + std::string(255, 'x') + "/xx"));
}

}  // namespace
}  // namespace musicfleet
