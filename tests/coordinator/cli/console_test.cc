#include "coordinator/cli/console.h"

#include "coordinator/cli/exit_status.h"
#include "coordinator/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace musicfleet::cli {
namespace {

TEST(Console, ControlCharactersCannotSteerTheTerminal) {
  EXPECT_EQ(one_line("a\x1B[31mred\nb\tc\x7F", 80), "a [31mred b c ");
  EXPECT_EQ(one_line("\xC2\x9B"
                     "31m",
                     80),
            " 31m");  // U+009B, the one-character CSI
  EXPECT_EQ(one_line("caf\xC3\xA9", 80), "caf\xC3\xA9");
}

TEST(Console, LongTextIsCutAtACharacterWithAMark) {
  EXPECT_EQ(one_line("abcdef", 6), "abcdef");
  EXPECT_EQ(one_line("abcdefg", 6), "abcde…");
  EXPECT_EQ(one_line("äöüäöüä", 6), "äöüäö…");
}

TEST(Table, ColumnsAreAsWideAsTheirLongestCellInCharacters) {
  Table table({"A", "B", "C"});
  table.add({"äöü", "1", "x"});
  table.add({"a", "22", ""});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "A    B   C\näöü  1   x\na    22\n");
}

TEST(ExitStatus, TellsWrongUseNotFoundAndUnavailableFromFailure) {
  EXPECT_EQ(exit_status_of(ErrorCode::kInvalidArgument), 2);
  EXPECT_EQ(exit_status_of(ErrorCode::kNotFound), 3);
  EXPECT_EQ(exit_status_of(ErrorCode::kUnavailable), 4);
  EXPECT_EQ(exit_status_of(ErrorCode::kTimeout), 4);
  EXPECT_EQ(exit_status_of(ErrorCode::kUnauthenticated), 5);
  EXPECT_EQ(exit_status_of(ErrorCode::kCancelled), 1);
}

}  // namespace
}  // namespace musicfleet::cli
