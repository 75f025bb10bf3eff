#include "coordinator/backend/removal_desk.h"

#include "tests/coordinator/backend/backend_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::backend {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class RemovalDeskTest : public BackendTest {
 protected:
  RemovalDeskTest()
      : keeper({process->clock, process->store, process->readers, process->board, process->audio,
                process->files},
               {}, Log(process->log_output, "retention")),
        desk(process->store, keeper, process->audit, process->clock) {}

  // A job of a worker that refuses it.
  JobId ended_job() {
    const Job job = submit();
    hello("w");
    port.sent.clear();
    const Lease lease{job.id, 1};
    EXPECT_TRUE(run_until([&] { return process->board.find(job.id)->state == JobState::kLeased; }));
    say("w", to_coordinator::Failed{lease, {ErrorCode::kInvalidArgument, "no such key"}});
    EXPECT_TRUE(run_until([&] { return process->board.find(job.id)->state == JobState::kFailed; }));
    return job.id;
  }
  bool has_job(const JobId& id) {
    return store::JobReader::open(folder / "musicfleet.db")->job(id).has_value();
  }
  // Oldest first.
  std::vector<std::string> audited() {
    std::vector<std::string> lines;
    const auto page = await(process->audit.audit_entries({}));
    for (const http::AuditEntry& entry : page->entries)
      lines.insert(lines.begin(),
                   concat(entry.actor, ' ', entry.action, ' ', entry.target, ' ', entry.detail_json));
    return lines;
  }

  Retention keeper;
  RemovalDesk desk;
};

TEST_F(RemovalDeskTest, APurgeIsWrittenDownBeforeAndAfterwards) {
  const JobId gone = ended_job();
  const JobId queued = submit([](http::Submission& order) { order.spec.model = "none has it"; }).id;
  http::PurgeOrder order{.jobs = {gone, queued}};
  const auto removed = await(desk.purge(by, order));
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(removed->jobs, 1);
  EXPECT_EQ(removed->live, 1);
  EXPECT_FALSE(has_job(gone));
  EXPECT_TRUE(has_job(queued));
  const auto lines = audited();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], concat(R"(anna jobs.purge jobs {"jobs":[")", gone, R"(",")", queued, R"("]})"));
  EXPECT_THAT(lines[1], ::testing::StartsWith(R"(anna jobs.purged jobs {"jobs":1,"songs":0,)"));
}

TEST_F(RemovalDeskTest, ByAgeAndStateItTakesWhatTheCountHadPromised) {
  const JobId failed = ended_job();
  http::PurgeOrder order{.tenant = who.tenant, .state = JobState::kFailed, .older_than = 1h};
  EXPECT_EQ(await(desk.purge(by, order))->jobs, 0) << "it ended just now";
  order.older_than = 0s;
  order.dry_run = true;
  ASSERT_TRUE(run_until([&] { return process->clock.wall_now() > stored(failed).finished_at; }));
  EXPECT_EQ(await(desk.purge(by, order))->jobs, 1);
  EXPECT_TRUE(has_job(failed));
  order.dry_run = false;
  EXPECT_EQ(await(desk.purge(by, order))->jobs, 1);
  EXPECT_FALSE(has_job(failed));
}

TEST_F(RemovalDeskTest, ATenantIsErasedAndTheRecordSaysHowMuch) {
  const JobId job = ended_job();
  EXPECT_EQ(await(desk.erase(by, who.tenant, true))->jobs, 1);
  EXPECT_EQ(stored(job).spec.prompt, "dark trap") << "counting takes nothing";
  EXPECT_THAT(audited(), IsEmpty()) << "and is no change";
  EXPECT_EQ(await(desk.erase(by, who.tenant, false))->jobs, 1);
  EXPECT_EQ(stored(job).spec.prompt, "");
  EXPECT_THAT(
      audited(),
      ElementsAre("anna tenant.erase default {}",
                  R"(anna tenant.erased default {"jobs":1,"songs":0,"events":0,"attempts":0,"live":0})"));
}

TEST_F(RemovalDeskTest, WhatTheDiskKeepsIsNeverWrittenDownAsDone) {
  const JobId job = ended_job();
  std::filesystem::create_directories(folder / "audio" / "songs" / job.value / "a folder");
  const http::PurgeOrder order{.jobs = {job}};
  for (int tries = 1; tries <= 2; ++tries) {
    EXPECT_FALSE(await(desk.purge(by, order)));
    EXPECT_EQ(audited().size(), static_cast<std::size_t>(tries)) << "orders, and no jobs.purged";
  }
}

TEST_F(RemovalDeskTest, OfAnUnknownTenantNothingIsErasedOrWrittenDown) {
  EXPECT_EQ(await(desk.erase(by, TenantId{"nobody"}, false)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(desk.erase(by, TenantId{"nobody"}, true)).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(audited(), IsEmpty());
}

}  // namespace
}  // namespace musicfleet::backend
