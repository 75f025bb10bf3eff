#include "coordinator/cli/fetch_display.h"

#include "tests/support/fake_clock.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

namespace musicfleet::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class FetchDisplayTest : public ::testing::Test {
 protected:
  FetchSnapshot at(std::uint64_t bytes) {
    return {.files = 2,
            .files_done = bytes == 1'000 ? 2u : 0u,
            .bytes = 1'000,
            .bytes_done = bytes,
            .bytes_received = bytes};
  }

  std::ostringstream out_, err_;
  Console terminal_{out_, err_, true, 80};
  Console file_{out_, err_, false, 80};
  musicfleet::testing::FakeClock clock_;
};

TEST_F(FetchDisplayTest, ATerminalHasOneLineThatIsWrittenOverAndGoneAtTheEnd) {
  {
    FetchDisplay display(terminal_, clock_);
    display.moved(at(100));
    display.moved(at(100));
    display.moved(at(900));
  }
  EXPECT_THAT(err_.str(), Not(HasSubstr("\n")));
  EXPECT_THAT(err_.str(), HasSubstr("100 B of 1.0 kB"));
  EXPECT_THAT(err_.str(), EndsWith("\r\033[K"));
}

TEST_F(FetchDisplayTest, AFileHasALineForEachTenth) {
  FetchDisplay display(file_, clock_);
  for (std::uint64_t bytes = 0; bytes <= 1'000; bytes += 10) display.moved(at(bytes));
  const std::string text = err_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, HasSubstr("100 %"));
}

TEST_F(FetchDisplayTest, AStrangersTextDoesNotSteerTheTerminal) {
  FetchDisplay display(terminal_, clock_);
  FetchPlan plan;
  plan.skipped = {{.path = "evil\033[2J.bin", .size = 1, .git_oid = {}, .sha256 = {}}};
  display.planned(plan);
  display.noted("a\033[2Jb");
  EXPECT_THAT(err_.str(), Not(HasSubstr("\033[2J")));
}

}  // namespace
}  // namespace musicfleet::cli
