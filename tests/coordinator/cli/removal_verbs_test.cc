#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RemovalVerbs : public CliFixture {
 protected:
  void SetUp() override {
    on_loop([&] { removals_.answer = {12, 9, 40, 14, 0}; });
  }
  // The orders so far: dry ones and others.
  std::vector<bool> orders() {
    return seen([&] {
      std::vector<bool> dry;
      for (const http::PurgeOrder& order : removals_.purges) dry.push_back(order.dry_run);
      return dry;
    });
  }
};

TEST_F(RemovalVerbs, DeadJobsAreListedWithTheReasonThatTheyDiedOf) {
  add_job("job_a", JobState::kFailed);
  add_job("job_b", JobState::kFailed);
  on_loop([&] {
    Job& dead = backend_.job_map["job_b"];
    dead.dead = true;
    dead.attempts = 3;
    dead.worker = WorkerId{"gpu-7"};
    dead.error = Error{ErrorCode::kInternal, "gave up after 3 attempts: it broke"};
  });
  const Outcome list = run({"jobs", "dead"});
  EXPECT_EQ(list.status, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("job_b"));
  EXPECT_THAT(list.out, HasSubstr("gpu-7        internal  gave up after 3 attempts: it broke"));
  EXPECT_THAT(list.out, Not(HasSubstr("job_a")));
  EXPECT_EQ(nlohmann::json::parse(run({"jobs", "dead", "--json"}).out)["dead"], true);
  EXPECT_EQ(run({"jobs", "dead", "--limit", "0"}).status, 2);
}

TEST_F(RemovalVerbs, APurgeCountsThenAsksThenPurges) {
  const Outcome purged =
      run({"jobs", "purge", "--older-than", "30d", "--state", "failed", "--tenant", "shop", "--yes"});
  EXPECT_EQ(purged.status, 0) << purged.err;
  EXPECT_EQ(purged.out, "purged: 12 jobs with 9 songs\n");
  EXPECT_THAT(orders(), ElementsAre(true, false));
  const http::PurgeOrder order = seen([&] { return removals_.purges.back(); });
  EXPECT_EQ(order.older_than, std::chrono::hours(24 * 30));
  EXPECT_EQ(order.state, JobState::kFailed);
  EXPECT_EQ(order.tenant, TenantId{"shop"});
}

TEST_F(RemovalVerbs, WhereNobodyCanBeAskedNothingGoesWithoutYes) {
  const Outcome refused = run({"jobs", "purge", "job_a"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("--yes"));
  EXPECT_THAT(refused.err, HasSubstr("12 jobs"));
  EXPECT_THAT(orders(), ElementsAre(true));
  EXPECT_EQ(run({"tenants", "erase", "shop"}).status, 2);
  EXPECT_THAT(seen([&] { return removals_.erased; }), ElementsAre("shop?"));
}

TEST_F(RemovalVerbs, APersonAtTheTerminalIsAskedAndHeard) {
  std::istringstream no("n\n"), yes("y\n");
  const Outcome refused = run_with_person({"jobs", "purge", "--older-than", "1d"}, no);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("Purge 12 jobs with 9 songs? [y/N] "));
  EXPECT_THAT(orders(), ElementsAre(true));
  const Outcome done = run_with_person({"jobs", "purge", "--older-than", "1d"}, yes);
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(orders(), ElementsAre(true, true, false));
}

TEST_F(RemovalVerbs, ADryRunOnlyCounts) {
  EXPECT_EQ(run({"jobs", "purge", "--older-than", "0s", "--dry-run"}).out,
            "12 jobs with 9 songs would be purged\n");
  EXPECT_EQ(nlohmann::json::parse(run({"tenants", "erase", "shop", "--dry-run", "--json"}).out)["songs"], 9);
  EXPECT_THAT(orders(), ElementsAre(true));
  EXPECT_THAT(seen([&] { return removals_.erased; }), ElementsAre("shop?"));
}

TEST_F(RemovalVerbs, WhatPurgesEverythingOrContradictsItselfIsWrongUse) {
  EXPECT_THAT(run({"jobs", "purge", "--yes"}).err, HasSubstr("--older-than"));
  EXPECT_EQ(run({"jobs", "purge", "--yes"}).status, 2);
  EXPECT_EQ(run({"jobs", "purge", "job_a", "--state", "failed", "--yes"}).status, 2);
  EXPECT_EQ(run({"jobs", "purge", "--older-than", "soon", "--yes"}).status, 2);
  EXPECT_EQ(run({"jobs", "purge", "--older-than", "1d", "--state", "queued", "--yes"}).status, 2);
  EXPECT_THAT(orders(), IsEmpty());
}

TEST_F(RemovalVerbs, AnErasureThatLeftRunningJobsIsNotDone) {
  EXPECT_EQ(run({"tenants", "erase", "shop", "--yes"}).status, 0);
  EXPECT_EQ(run({"tenants", "erase", "nobody", "--yes"}).status, 3);
  on_loop([&] { removals_.answer.live = 2; });
  const Outcome part = run({"tenants", "erase", "shop", "--yes"});
  EXPECT_EQ(part.status, 5);
  EXPECT_THAT(part.out, HasSubstr("erased: 12 jobs"));
  EXPECT_THAT(part.err, HasSubstr("2 jobs of shop are not over"));
}

TEST_F(RemovalVerbs, ABackupSaysWhereItIs) {
  EXPECT_THAT(run({"backup", "monday"}).out, HasSubstr("backed up to /backup/monday: 7 jobs"));
  EXPECT_EQ(run({"backup", "monday"}).status, 5);
  EXPECT_EQ(run({"backup", "../elsewhere"}).status, 2);
  EXPECT_EQ(run({"backup", ".."}).status, 2);
  EXPECT_EQ(nlohmann::json::parse(run({"backup", "--json"}).out)["name"], "by-time");
}

TEST_F(RemovalVerbs, WhatIsNoBackupIsNotPutBack) {
  const std::string data = (folder_ / "data").string();
  const Outcome none = musicfleet({"restore", (folder_ / "none").string(), "--data-dir", data, "--yes"});
  EXPECT_EQ(none.status, 3);
  EXPECT_FALSE(std::filesystem::exists(data));
}

}  // namespace
}  // namespace musicfleet::cli
