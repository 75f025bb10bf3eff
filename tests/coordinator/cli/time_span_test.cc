#include "coordinator/cli/time_span.h"

#include <gtest/gtest.h>

namespace musicfleet::cli {
namespace {

TEST(TimeSpan, IsANumberAndAUnit) {
  for (const auto& [text, seconds] :
       {std::pair("90s", 90), {"15m", 900}, {"24h", 86'400}, {"2d", 172'800}, {"0s", 0}})
    EXPECT_EQ(time_span_of("--overlap", text).value().count(), seconds) << text;
}

TEST(TimeSpan, IsNothingElse) {
  for (const char* text : {"", "s", "10", "10w", "-1h", "1h30m", "1 h", "99999999999s"}) {
    const auto refused = time_span_of("--overlap", text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().message.rfind("--overlap", 0), 0u);
  }
}

}  // namespace
}  // namespace musicfleet::cli
