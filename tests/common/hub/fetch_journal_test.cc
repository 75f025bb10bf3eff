#include "common/hub/fetch_journal.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace musicfleet {
namespace {

using Paths = std::set<std::string>;

class FetchJournalTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;

  Result<Paths> read() { return read_journal(folder_.path()); }
};

TEST_F(FetchJournalTest, WhatWasWrittenLastIsRead) {
  EXPECT_EQ(read().value(), Paths());
  ASSERT_TRUE(write_journal(folder_.path(), {"vae/config.json"}));
  const Paths paths{"model_index.json", "tokenizer/a b.json"};
  ASSERT_TRUE(write_journal(folder_.path(), paths));
  EXPECT_EQ(read().value(), paths);
  ASSERT_TRUE(remove_journal(folder_.path()));
  EXPECT_EQ(read().value(), Paths());
}

TEST_F(FetchJournalTest, APathThatLeavesTheFolderIsNotRead) {
  ASSERT_TRUE(write_journal(folder_.path(), {"vae/config.json", "../outside"}));
  ASSERT_FALSE(read());
  EXPECT_EQ(read().error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace musicfleet
