#include "coordinator/cli/reference.h"

#include "coordinator/cli/completion.h"
#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Reference, DocsCliMdHasWhatThisProgramSays) {
  const std::string page = text_at("docs/cli.md");
  const std::string mark = "<!-- what follows is `musicfleet help --markdown`; a test holds it -->\n\n";
  const std::size_t begin = page.find(mark);
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(page.substr(begin + mark.size()), musicfleet({"help", "--markdown"}).out)
      << "docs/cli.md is stale: everything below its mark comes from `musicfleet help --markdown`";
}

TEST(Reference, NamesEveryVerbOptionAndExitStatus) {
  const std::string text = musicfleet({"help", "--markdown"}).out;
  EXPECT_THAT(text,
              AllOf(HasSubstr("#### `musicfleet jobs why id`"), HasSubstr("| `--json` |"),
                    HasSubstr("| `--limit` … |"), HasSubstr("(default: 50)"), HasSubstr("| 5 | understood")));
  EXPECT_THAT(text, Not(HasSubstr("--help")));
}

TEST(Reference, TheManualPageEscapesWhatRoffWouldObey) {
  CLI::App app(".SH not a heading \\n", "musicfleet");
  bool dry = false;
  app.add_flag("--dry-run", dry, "'quoted");
  const std::string page = manual_page(command_tree(app), "1.0");
  EXPECT_THAT(page, AllOf(HasSubstr("\\- \\&.SH not a heading \\en"), HasSubstr("\\fB\\-\\-dry\\-run\\fR"),
                          HasSubstr("\n\\&'quoted\n")));
}

TEST(Completion, AShellThatItDoesNotKnowIsWrongUse) {
  EXPECT_EQ(musicfleet({"completion", "csh"}).status, 2);
  EXPECT_THAT(musicfleet({"completion", "fish"}).out, HasSubstr("= 'jobs'\" -f -a why"));
  EXPECT_THAT(musicfleet({"completion", "zsh"}).out, HasSubstr("bashcompinit"));
}

class ConfigCheck : public ::testing::Test {
 protected:
  // Stands for a daemon: refuses a file that has the word "wrong".
  void write_program(const char* name) {
    write_text(folder_ / name, concat("#!/bin/sh\ngrep -q wrong \"$2\" || exit 0\necho ", name,
                                      ": $2:1: wrong >&2\nexit 1\n"));
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
  }
  Outcome check(const std::string& text) {
    write_program("musicfleet-coordinator");
    write_program("musicfleet-worker");
    write_text(folder_ / "a.toml", text);
    return musicfleet({"config", "check", (folder_ / "a.toml").string()}, {}, folder_.path());
  }
  ::musicfleet::testing::TemporaryFolder folder_;
};

TEST_F(ConfigCheck, EachFileIsReadByTheProgramThatWillReadIt) {
  EXPECT_THAT(check("data_dir = \"wrong\"\n").out, HasSubstr("musicfleet-coordinator: "));
  EXPECT_THAT(check("coordinator = \"wrong\"\n").out, HasSubstr("musicfleet-worker: "));
  EXPECT_EQ(check("coordinator = \"wrong\"\n").status, 2);
}

TEST_F(ConfigCheck, AGoodFileIsSaidToBeGood) {
  const Outcome good = check("data_dir = \"right\"\n");
  EXPECT_EQ(good.status, 0);
  EXPECT_THAT(good.out, HasSubstr("a.toml: ok"));
}

TEST_F(ConfigCheck, WhatIsNoTomlIsNamedWithItsLine) {
  const Outcome bad = check("data_dir = \n");
  EXPECT_EQ(bad.status, 2);
  EXPECT_THAT(bad.out, HasSubstr("a.toml:1"));
}

}  // namespace
}  // namespace musicfleet::cli
