#include "coordinator/backend/route_refusal.h"

#include <gtest/gtest.h>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;
using dispatch::Route;
using dispatch::Way;

TEST(RouteRefusal, OnlyARefusalTurnsAway) {
  for (const Way way : {Way::kFleet, Way::kVendor, Way::kBoth, Way::kWait})
    EXPECT_FALSE(refusal_of(Route{way, "free_worker", {}, {}, "{}"}));
}

TEST(RouteRefusal, KeepsTheErrorAndSaysWhenToComeBack) {
  const auto away = refusal_of(Route{Way::kRefuse, "no_able_worker", ErrorCode::kUnavailable, 2'500ms, "{}"});
  ASSERT_TRUE(away);
  EXPECT_EQ(away->why.code, ErrorCode::kUnavailable);
  EXPECT_EQ(away->why.message, "no worker is there that could make this song; try again later");
  EXPECT_EQ(away->retry_after, 3s);
}

TEST(RouteRefusal, ABudgetThatIsUsedUpTakesLongerThanAWorker) {
  const auto no_worker = refusal_of(Route{Way::kRefuse, "no_able_worker", ErrorCode::kUnavailable, {}, "{}"});
  const auto no_money = refusal_of(Route{Way::kRefuse, "over_budget", ErrorCode::kQuota, {}, "{}"});
  EXPECT_EQ(no_money->why.code, ErrorCode::kQuota);
  EXPECT_GT(no_money->retry_after, no_worker->retry_after);
  EXPECT_GE(no_worker->retry_after, 1s);
}

TEST(RouteRefusal, EveryReasonOfTheRouterHasWords) {
  for (const char* reason :
       {"no_able_worker", "fleet_too_late", "elevenlabs_off", "elevenlabs_cannot", "elevenlabs_resting",
        "elevenlabs_too_late", "purchase_unknown", "over_budget"}) {
    const auto away = refusal_of(Route{Way::kRefuse, reason, ErrorCode::kUnavailable, {}, "{}"});
    EXPECT_NE(away->why.message.find(' '), std::string::npos) << reason;
  }
}

}  // namespace
}  // namespace musicfleet::backend
