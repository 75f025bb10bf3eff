#include "coordinator/backend/intake_desk.h"
#include "coordinator/backend/overview_desk.h"
#include "tests/coordinator/backend/backend_fixture.h"

namespace musicfleet::backend {
namespace {

class IntakeTest : public BackendTest {
 protected:
  store::IntakeRow stored_intake() {
    store::Database database =
        store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadOnly).value();
    return store::IntakeTable(database).read().value();
  }
};

TEST_F(IntakeTest, APauseIsOnDiskWhenItIsAnsweredAndSurvivesARestart) {
  {
    IntakeDesk desk(process->audit, process->clock);
    ASSERT_TRUE(await(desk.pause(by, "new disk")));
    EXPECT_TRUE(desk.intake().paused());
  }
  restart();
  IntakeDesk desk(process->audit, process->clock);
  desk.load(stored_intake());
  EXPECT_TRUE(desk.intake().paused());
  EXPECT_EQ(desk.intake().reason, "new disk");
  const auto since = desk.intake().paused_since;
  ASSERT_TRUE(await(desk.pause(by, "still")));
  EXPECT_EQ(desk.intake().paused_since, since);
  EXPECT_EQ(stored_intake().reason, "still");
  ASSERT_TRUE(await(desk.resume(by)));
  EXPECT_FALSE(stored_intake().paused_at);
}

TEST_F(IntakeTest, ThePauseAndWhoOrderedItAreOneCommit) {
  IntakeDesk desk(process->audit, process->clock);
  ASSERT_TRUE(await(desk.pause(by, "new disk")));
  ASSERT_TRUE(await(desk.resume(by)));
  const auto log = await(process->audit.audit_entries({}));
  ASSERT_TRUE(log);
  ASSERT_EQ(log->entries.size(), 2u);
  EXPECT_EQ(log->entries[0].action, "intake.resume");
  EXPECT_EQ(log->entries[1].action, "intake.pause");
  EXPECT_EQ(log->entries[1].actor, "anna");
  EXPECT_EQ(log->entries[1].detail_json, R"({"reason":"new disk"})");

  // What cannot be recorded does not happen either.
  ASSERT_TRUE(
      store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadWrite)
          ->execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"));
  EXPECT_FALSE(await(desk.pause(by, "too late")));
  EXPECT_FALSE(desk.intake().paused());
  EXPECT_FALSE(stored_intake().paused_at);
}

TEST_F(IntakeTest, TheOverviewShowsLiveJobsByTenantAndHowOthersEnded) {
  IntakeDesk intake(process->audit, process->clock);
  OverviewDesk desk({process->clock, process->store, process->dispatch, process->board, process->metrics,
                     intake, process->backend});
  const Job first = submit();
  submit();
  ASSERT_TRUE(await(process->backend.cancel(who, first.id)));
  const auto overview = await(desk.overview());
  ASSERT_TRUE(overview) << overview.error().message;
  ASSERT_EQ(overview->tenants.size(), 1u);
  EXPECT_EQ(overview->tenants.at(TenantId{"default"}).queued, 1u);
  EXPECT_EQ(overview->ended.back().cancelled, 1u);
  EXPECT_TRUE(overview->store_ok);
  EXPECT_GT(overview->commit_time.count(), 0);
}

}  // namespace
}  // namespace musicfleet::backend
