#include "common/log.h"

#include <gmock/gmock.h>

#include <sstream>

namespace musicfleet {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST(Log, WritesOneLineWithTimeLevelComponentMessageAndFields) {
  std::ostringstream out;
  const LogOutput output(LogLevel::kInfo, out);
  Log(output, "fleet").info("worker connected", {{"worker", "gpu-1"}, {"slots", 2}});
  EXPECT_THAT(out.str(), ContainsRegex("^time=2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z level=info "
                                       "component=fleet msg=\"worker connected\" worker=gpu-1 slots=2\n$"));
}

TEST(Log, LeavesOutWhatIsBelowTheLeastLevel) {
  std::ostringstream out;
  const LogOutput output(LogLevel::kWarn, out);
  const Log log(output, "store");
  log.debug("a");
  log.info("b");
  EXPECT_EQ(out.str(), "");
  log.warn("c");
  log.error("d");
  EXPECT_THAT(out.str(), HasSubstr("level=warn component=store msg=c"));
  EXPECT_THAT(out.str(), HasSubstr("level=error component=store msg=d"));
}

TEST(Log, AValueCannotForgeALineOrAField) {
  std::ostringstream out;
  const LogOutput output(LogLevel::kInfo, out);
  Log(output, "fleet").info("x", {{"name", "a\nlevel=error b=\"c\"\x01\\"}, {"empty", ""}});
  const std::string line = out.str();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(line, HasSubstr(R"(name="a\nlevel=error b=\"c\"\x01\\" empty="")"));
}

TEST(Log, FormattingCharactersInAMessageArePlainText) {
  std::ostringstream out;
  const LogOutput output(LogLevel::kInfo, out);
  Log(output, "fleet").info("{} %s", {{"k", "{0}%v"}});
  EXPECT_THAT(out.str(), HasSubstr("msg=\"{} %s\" k={0}%v"));
}

TEST(Log, LevelsAreReadByTheirNames) {
  EXPECT_EQ(log_level_of("debug"), LogLevel::kDebug);
  EXPECT_EQ(log_level_of("error"), LogLevel::kError);
  EXPECT_EQ(log_level_of("loud"), std::nullopt);
}

}  // namespace
}  // namespace musicfleet
