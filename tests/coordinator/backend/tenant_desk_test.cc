#include "coordinator/backend/tenant_desk.h"

#include "tests/coordinator/backend/backend_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::backend {
namespace {

using ::testing::ElementsAre;

class TenantDeskTest : public BackendTest {
 protected:
  TenantDesk desk() { return {process->store, process->audit, process->dispatch}; }

  static TenantLimits at_most_queued(std::int64_t jobs) {
    TenantLimits limits;
    limits.max_queued = jobs;
    return limits;
  }
  // Newest first.
  std::vector<std::string> audited() {
    std::vector<std::string> lines;
    const auto page = await(process->audit.audit_entries({}));
    for (const http::AuditEntry& entry : page->entries)
      lines.push_back(concat(entry.actor, ' ', entry.action, ' ', entry.target, ' ', entry.detail_json));
    return lines;
  }
};

TEST_F(TenantDeskTest, ATenantIsThereWithItsLimitsAndItsRecord) {
  const auto added = await(desk().add_tenant(by, TenantId{"shop"}, at_most_queued(3)));
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->limits.max_queued, 3);
  const auto tenants = await(desk().tenants());
  ASSERT_EQ(tenants->size(), 2u);
  EXPECT_EQ(tenants->at(1).id, TenantId{"shop"});
  EXPECT_EQ(tenants->at(1).limits.max_queued, 3);
  EXPECT_THAT(audited(), ElementsAre(R"(anna tenant.add shop {"max_queued":3,"max_running":null,)"
                                     R"("songs_per_hour":null,"spend_cents_per_day":null,)"
                                     R"("spend_cents_per_month":null,"policy":"fleet_first",)"
                                     R"("buys_again":false,"weight":1})"));
}

TEST_F(TenantDeskTest, ASecondOneOfTheSameNameAndLimitsOfAnUnknownOneAreRefusedWithoutARecord) {
  EXPECT_EQ(await(desk().add_tenant(by, TenantId{"default"}, {})).error().code, ErrorCode::kConflict);
  http::TenantDesk::LimitsChange change = [](TenantLimits limits) { return limits; };
  EXPECT_EQ(await(desk().set_limits(by, TenantId{"nobody"}, change)).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(audited().empty());
}

TEST_F(TenantDeskTest, ALimitHoldsFromNowOnAndTheRecordSaysWhatItWas) {
  submit();
  http::TenantDesk::LimitsChange one = [](TenantLimits limits) {
    limits.max_queued = 1;
    return limits;
  };
  ASSERT_TRUE(await(desk().set_limits(by, who.tenant, one)));
  http::Submission further;
  further.spec.prompt = "one more";
  const auto refused = await(process->backend.submit(who, further));
  EXPECT_TRUE(refused && refused->turned_away);
  ASSERT_EQ(audited().size(), 1u);
  EXPECT_THAT(audited()[0], ::testing::HasSubstr(R"(tenant.limits default {"before":{"max_queued":null,)"));
  EXPECT_THAT(audited()[0], ::testing::HasSubstr(R"("after":{"max_queued":1,)"));
}

TEST_F(TenantDeskTest, ChangesOfTwoOperatorsAtTheSameTimeBothHold) {
  TenantDesk operators = desk();
  int answers = 0;
  http::TenantDesk::LimitsChange queued = [](TenantLimits limits) {
    limits.max_queued = 5;
    return limits;
  };
  http::TenantDesk::LimitsChange running = [](TenantLimits limits) {
    limits.max_running = 2;
    return limits;
  };
  for (const auto& change : {queued, running})
    boost::asio::co_spawn(
        loop, operators.set_limits(by, who.tenant, change),
        [&](std::exception_ptr, const Result<http::TenantInfo>& set) { answers += set.has_value(); });
  ASSERT_TRUE(run_until([&] { return answers == 2; }));
  const auto tenants = await(desk().tenants());
  EXPECT_EQ(tenants->at(0).limits.max_queued, 5);
  EXPECT_EQ(tenants->at(0).limits.max_running, 2);
}

}  // namespace
}  // namespace musicfleet::backend
