#include "coordinator/store/tenant_table.h"

#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

using namespace std::chrono_literals;

class TenantTableTest : public StoreTest {
 protected:
  TenantTable tenants{database};

  void submit(const std::string& id, const std::string& tenant, std::int64_t ms) {
    Job job = queued_job(id, at(ms));
    job.tenant = TenantId{tenant};
    ASSERT_TRUE(writer.insert(job, std::nullopt));
  }
};

TEST_F(TenantTableTest, TheDefaultTenantHasNoLimits) {
  const auto rows = tenants.tenants().value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, TenantId{"default"});
  EXPECT_EQ(rows[0].limits, TenantLimits{});
}

TEST_F(TenantTableTest, LimitsComeBackAsTheyWereSet) {
  const TenantLimits tight{10, 2, 30, 4'000, 7, 500, RoutingPolicy::kShadow, true};
  ASSERT_TRUE(tenants.add({TenantId{"acme"}, at(5), tight}));
  EXPECT_EQ(tenants.tenants()->at(0).limits, tight);
  const TenantLimits loose{std::nullopt, 0, std::nullopt, std::nullopt, 1};
  ASSERT_TRUE(tenants.set_limits(TenantId{"acme"}, loose));
  EXPECT_EQ(tenants.tenants()->at(0).limits, loose);
  EXPECT_EQ(tenants.tenants()->at(0).created_at, at(5));
}

TEST_F(TenantTableTest, RefusesASecondTenantOfANameAndLimitsForNobody) {
  ASSERT_TRUE(tenants.add({TenantId{"acme"}, at(5), {}}));
  EXPECT_EQ(tenants.add({TenantId{"acme"}, at(6), {}}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(tenants.set_limits(TenantId{"nobody"}, {}).error().code, ErrorCode::kNotFound);
}

TEST_F(TenantTableTest, RefusesLimitsThatAreNone) {
  for (const TenantLimits& wrong : {TenantLimits{-1, {}, {}, {}, 1}, TenantLimits{{}, {}, {}, {}, 0},
                                    TenantLimits{{}, {}, {}, {}, 1'001}})
    EXPECT_FALSE(tenants.set_limits(TenantId{"default"}, wrong));
}

TEST_F(TenantTableTest, KnowsExactlyThePoliciesOfTheCode) {
  for (const auto policy :
       {RoutingPolicy::kFleetOnly, RoutingPolicy::kFleetFirst, RoutingPolicy::kVendorFirst,
        RoutingPolicy::kVendorOnly, RoutingPolicy::kShadow}) {
    TenantLimits limits;
    limits.policy = policy;
    ASSERT_TRUE(tenants.set_limits(TenantId{"default"}, limits));
    EXPECT_EQ(tenants.tenant(TenantId{"default"})->limits.policy, policy);
  }
  EXPECT_FALSE(database.execute("UPDATE tenants SET policy = 'elevenlabs'"));
  EXPECT_FALSE(database.execute("UPDATE tenants SET buys_again = 2"));
}

TEST_F(TenantTableTest, CountsTheSubmissionsOfEachTenantByTime) {
  ASSERT_TRUE(tenants.add({TenantId{"acme"}, at(0), {}}));
  submit("a", "acme", 14'999);
  submit("b", "acme", 15'000);
  submit("c", "acme", 29'999);
  submit("d", "default", 31'000);
  submit("old", "acme", 9'000);
  const auto counts = tenants.submissions(at(9'000), 15s).value();
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_EQ(counts[0].from, at(0));
  EXPECT_EQ(counts[0].jobs, 1) << "without what was submitted at the beginning or before it";
  EXPECT_EQ(counts[1].from, at(15'000));
  EXPECT_EQ(counts[1].jobs, 2);
  EXPECT_EQ(counts[2].tenant, TenantId{"default"});
}

TEST_F(TenantTableTest, CountingReadsNothingButTheIndex) {
  std::string plan;
  Rows rows = database
                  .query(
                      "EXPLAIN QUERY PLAN SELECT t.id, j.created_at / ?2 * ?2 AS stretch, count(*) FROM "
                      "tenants t CROSS JOIN jobs j INDEXED BY jobs_newest_of_tenant ON j.tenant = t.id AND "
                      "j.created_at > ?1 GROUP BY t.id, stretch ORDER BY t.id, stretch",
                      std::int64_t{0}, std::int64_t{1})
                  .value();
  while (rows.next().value()) plan += rows.text(3) + "\n";
  EXPECT_NE(plan.find("USING COVERING INDEX jobs_newest_of_tenant (tenant=? AND created_at>?)"),
            std::string::npos)
      << plan;
}

TEST_F(TenantTableTest, ADatabaseOfTheFirstVersionKeepsItsJobsAndTheyAreNotDead) {
  const auto old_file = folder / "old.db";
  Database old = Database::open(old_file, Database::Mode::kReadWrite).value();
  ASSERT_TRUE(migrate(old, {all_migrations().front()}));
  ASSERT_TRUE(insert_into_first_version(old, "job_1"));
  ASSERT_TRUE(migrate(old, all_migrations()));
  EXPECT_EQ(old.integer("SELECT dead + requeued_epoch FROM jobs WHERE epoch = 3").value(), 0);
  EXPECT_EQ(TenantTable(old).tenants()->at(0).limits, TenantLimits{});
}

}  // namespace
}  // namespace musicfleet::store
