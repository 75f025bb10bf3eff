#include "common/git_blob_hash.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

// `git hash-object` of an empty file and of "hello\n".
TEST(GitBlobHash, IsWhatGitCallsTheContent) {
  EXPECT_EQ(GitBlobHasher(0).finish(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  GitBlobHasher hello(6);
  hello.update("hel");
  hello.update("lo\n");
  EXPECT_EQ(hello.finish(), "ce013625030ba8dba906f756967f9e9ca394464a");
}

}  // namespace
}  // namespace musicfleet
