#include "coordinator/backend/backup_desk.h"

#include "tests/coordinator/backend/backend_fixture.h"

namespace musicfleet::backend {
namespace {

namespace fs = std::filesystem;

class BackupDeskTest : public BackendTest {
 protected:
  BackupDeskTest()
      : keeper({process->clock, process->store, process->readers, process->board, process->audio,
                process->files},
               {}, Log(process->log_output, "retention")),
        housekeeping(loop, process->store, keeper, process->store_health, process->clock,
                     folder / "musicfleet.db", Log(process->log_output, "housekeeping")),
        desk(process->audit, housekeeping, process->files, folder / "backups") {}

  Retention keeper;
  Housekeeping housekeeping;
  BackupDesk desk;
};

TEST_F(BackupDeskTest, ABackupIsInAFolderThatOnlyItsOwnerReadsAndHoldsItsOwnOrder) {
  submit();
  const auto taken = await(desk.take_backup(by, "monday"));
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->folder, (folder / "backups" / "monday").string());
  EXPECT_EQ(taken->jobs, 1);
  EXPECT_EQ(fs::status(folder / "backups").permissions(), fs::perms::owner_all);
  EXPECT_TRUE(store::verify_backup(taken->folder));
  auto copy = store::Database::open(folder / "backups" / "monday" / "musicfleet.db",
                                    store::Database::Mode::kReadOnly);
  const auto page = store::AuditLog(*copy).page(0, 10);
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].record.action, "backup.take");
  EXPECT_EQ(page->rows[0].record.target, "monday");
}

TEST_F(BackupDeskTest, ANameIsTakenOnceAndWithoutOneItIsTheTime) {
  ASSERT_TRUE(await(desk.take_backup(by, "monday")));
  const auto again = await(desk.take_backup(by, "monday"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  const auto by_time = await(desk.take_backup(by, std::nullopt));
  ASSERT_TRUE(by_time);
  EXPECT_EQ(by_time->name.size(), std::string("2026-11-23T021500Z").size());
  EXPECT_EQ(by_time->name.back(), 'Z');
}

}  // namespace
}  // namespace musicfleet::backend
