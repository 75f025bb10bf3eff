#include "coordinator/cli/dev/kept_program.h"

#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

namespace musicfleet::cli {
namespace {

using namespace std::chrono_literals;
using ::musicfleet::testing::FakeClock;
using ::musicfleet::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

class KeptProgramTest : public ::testing::Test {
 protected:
  KeptProgram program(const std::string& script) {
    return KeptProgram("worker-1", {"/bin/sh", {"-c", script}}, folder_ / "log", Backoff{1s, 8s});
  }
  void wait_for_end(KeptProgram& kept) {
    while (kept.is_running()) std::this_thread::yield();
  }
  // Lines that the program has left in its log: one a start.
  long starts() {
    const std::string log = text_at(folder_ / "log");
    return std::count(log.begin(), log.end(), '\n');
  }

  TemporaryFolder folder_;
  FakeClock clock_;
  std::ostringstream out_, err_;
  Console console_{out_, err_};
};

TEST_F(KeptProgramTest, WhileItRunsNothingIsSaid) {
  KeptProgram kept = program("exec sleep 1000");
  ASSERT_TRUE(kept.start(clock_.now()));
  kept.look_after(clock_.now(), console_);
  EXPECT_TRUE(kept.is_running());
  EXPECT_EQ(err_.str(), "");
}

TEST_F(KeptProgramTest, ADeathIsToldOnceWithTheLogOfThatLife) {
  write_text(folder_ / "log", "an older life\n");
  KeptProgram kept = program("echo no such model; exit 1");
  ASSERT_TRUE(kept.start(clock_.now()));
  wait_for_end(kept);
  kept.look_after(clock_.now(), console_);
  kept.look_after(clock_.now(), console_);
  EXPECT_THAT(err_.str(), HasSubstr("worker-1 ended with status 1"));
  EXPECT_THAT(err_.str(), HasSubstr("no such model"));
  EXPECT_THAT(err_.str(), Not(HasSubstr("an older life")));
  EXPECT_EQ(err_.str().find("ended with"), err_.str().rfind("ended with"));
}

TEST_F(KeptProgramTest, ItIsStartedAgainOnceThePauseIsOver) {
  KeptProgram kept = program("echo x; exit 1");
  ASSERT_TRUE(kept.start(clock_.now()));
  wait_for_end(kept);
  kept.look_after(clock_.now(), console_);
  EXPECT_EQ(starts(), 1);
  clock_.advance(1s);  // the longest first pause
  kept.look_after(clock_.now(), console_);
  wait_for_end(kept);
  EXPECT_EQ(starts(), 2);
}

TEST_F(KeptProgramTest, ThePauseGrowsWithDeathsInARowAndShrinksAfterAGoodLife) {
  KeptProgram kept = program("echo x; exit 1");
  ASSERT_TRUE(kept.start(clock_.now()));
  for (int death = 0; death < 4; ++death) {
    wait_for_end(kept);
    kept.look_after(clock_.now(), console_);
    clock_.advance(8s);
    kept.look_after(clock_.now(), console_);
  }
  wait_for_end(kept);
  EXPECT_EQ(starts(), 5);
  kept.look_after(clock_.now(), console_);
  clock_.advance(3999ms);  // after five deaths the shortest pause is half of 8 s
  kept.look_after(clock_.now(), console_);
  EXPECT_EQ(starts(), 5);
  clock_.advance(5s);
  kept.look_after(clock_.now(), console_);
  wait_for_end(kept);
  EXPECT_EQ(starts(), 6);

  clock_.advance(KeptProgram::kGoodLife + 1s);  // it is found dead after a good life
  kept.look_after(clock_.now(), console_);
  clock_.advance(1s);
  kept.look_after(clock_.now(), console_);
  wait_for_end(kept);
  EXPECT_EQ(starts(), 7);
}

}  // namespace
}  // namespace musicfleet::cli
