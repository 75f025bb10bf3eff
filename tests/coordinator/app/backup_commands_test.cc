#include "coordinator/backup_commands.h"

#include "coordinator/data_folder.h"
#include "coordinator/store/audit_log.h"
#include "coordinator/store/migrations.h"
#include "tests/support/temporary_folder.h"

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

class BackupCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened =
        store::Database::open(DataFolder::open(data)->database(), store::Database::Mode::kReadWrite);
    ASSERT_TRUE(store::migrate(*opened, store::all_migrations()));
  }

  musicfleet::testing::TemporaryFolder folder;
  fs::path data = folder / "data";
  fs::path backup = folder / "backup";
};

TEST_F(BackupCommands, ABackupIsTakenBesideARunningCoordinatorAndPutBackWithoutOne) {
  {
    const auto running = DataFolder::open(data);
    const auto taken = back_up(data, backup);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_NE(told_backup(backup, *taken).find("0 jobs"), std::string::npos);
    EXPECT_TRUE(store::verify_backup(backup));
    const auto refused = restore(data, backup);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_NE(refused.error().message.find("another coordinator is running"), std::string::npos);
  }
  const auto restored = restore(data, backup);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(fs::exists(data / "musicfleet.db.before-restore"));
}

TEST_F(BackupCommands, ABackupGoesIntoAnEmptyFolderOfANewMachine) {
  ASSERT_TRUE(back_up(data, backup));
  const auto restored = restore(folder / "elsewhere", backup);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(fs::exists(folder / "elsewhere" / "musicfleet.db"));
}

TEST_F(BackupCommands, ARestoreIsInTheAuditLogOfWhatWasRestored) {
  ASSERT_TRUE(back_up(data, backup));
  ASSERT_TRUE(restore(data, backup));
  auto restored = store::Database::open(data / "musicfleet.db", store::Database::Mode::kReadOnly);
  const auto page = store::AuditLog(*restored).page(0, 10);
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].record.action, "database.restore");
  EXPECT_NE(page->rows[0].record.detail_json.find(backup.string()), std::string::npos);
}

TEST_F(BackupCommands, OfAFolderWithoutADatabaseThereIsNone) {
  EXPECT_EQ(back_up(folder / "nowhere", backup).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(folder / "nowhere"));
}

}  // namespace
}  // namespace musicfleet
