// The power fails at every single write and sync of a workload, and once more while the database recovers:
// what was acknowledged is there, nothing is there by half.
#include "tests/coordinator/store/crash_vfs.h"
#include "tests/coordinator/store/crash_workload.h"
#include "tests/coordinator/store/database_dump.h"
#include "tests/coordinator/store/store_fixture.h"

#include <future>

namespace musicfleet::store {
namespace {

namespace fs = std::filesystem;

class PowerFailure : public ::testing::Test {
 protected:
  PowerFailure() { open_migrated(migrated); }

  // Runs the workload step by step until one is not acknowledged; how many were. `pragmas` come first.
  std::size_t run(const fs::path& file, const char* vfs, const char* pragmas) {
    auto database = Database::open(file, Database::Mode::kReadWrite, vfs);
    if (!database || !database->execute(pragmas)) return 0;
    StoreThread store(*std::move(database), [](std::function<void()> deliver) { deliver(); });
    std::size_t acknowledged = 0;
    for (const Step& step : steps) {
      std::promise<bool> stored;
      store.post<void>(step, [&](Result<> result) { stored.set_value(result.has_value()); });
      if (!stored.get_future().get()) break;
      ++acknowledged;
    }
    return acknowledged;
  }

  // What the database holds after none, one, two, … of the steps.
  std::vector<std::string> states() {
    const fs::path file = folder / "reference.db";
    fs::copy_file(migrated, file);
    Database database = open_migrated(file);
    Writer writer(database);
    std::vector<std::string> all{dump(file)};
    for (const Step& step : steps) {
      const auto done = step(writer);
      EXPECT_TRUE(done) << done.error().message;
      all.push_back(dump(file));
    }
    return all;
  }

  // The workload with the power failing at operation `k` (0: never), and what was wrong afterwards; empty
  // where nothing was.
  std::string wrong_after(std::uint64_t k, const std::vector<std::string>& expected, const char* pragmas) {
    const TemporaryFolder machine;
    const fs::path file = machine / "musicfleet.db";
    fs::copy_file(migrated, file);
    std::size_t acknowledged = 0;
    {
      CrashDisk disk(machine.path(), k);
      const CrashVfs vfs(disk);
      acknowledged = run(file, CrashVfs::kName, pragmas);
      operations = disk.operations();
      disk.survive(k);
    }
    {
      CrashDisk disk(machine.path(), 1 + k % 23);
      const CrashVfs vfs(disk);
      if (auto database = Database::open(file, Database::Mode::kReadWrite, CrashVfs::kName))
        (void)database->execute("SELECT count(*) FROM jobs; PRAGMA wal_checkpoint(TRUNCATE)");
      disk.survive(k / 3);
    }
    if (const std::string found = integrity_of(file); found != "ok") return found;
    const std::string survived = dump(file);
    // The step at which the power failed may have reached the disk, whole.
    if (survived == expected[acknowledged]) return "";
    if (acknowledged < steps.size() && survived == expected[acknowledged + 1]) return "";
    return concat(acknowledged, " steps were acknowledged; the database holds\n", survived);
  }

  TemporaryFolder folder;
  fs::path migrated = folder / "migrated.db";
  std::vector<Step> steps = crash_workload();
  std::uint64_t operations = 0;  // of the last run
};

// Small enough for checkpoints in the middle of the workload.
constexpr char kDurable[] = "PRAGMA wal_autocheckpoint = 40";
constexpr char kNotDurable[] = "PRAGMA wal_autocheckpoint = 40; PRAGMA synchronous = OFF";

TEST_F(PowerFailure, LosesNothingThatWasAcknowledgedWhereverItStrikes) {
  const std::vector<std::string> expected = states();
  ASSERT_EQ(wrong_after(0, expected, kDurable), "");
  const std::uint64_t all = operations;
  ASSERT_GT(all, 500u) << "the workload is not seen";
  for (std::uint64_t k = 1; k <= all; ++k)
    ASSERT_EQ(wrong_after(k, expected, kDurable), "")
        << "the power failed at operation " << k << " of " << all;
}

// The same test sees the loss that a plain kill -9 would not show.
TEST_F(PowerFailure, IsSeenToLoseWhatWasNeverSynced) {
  const std::vector<std::string> expected = states();
  ASSERT_EQ(wrong_after(0, expected, kDurable), "");
  const std::uint64_t all = operations;
  int losses = 0;
  for (std::uint64_t k = 10; k <= all && losses < 3; k += 10)
    if (!wrong_after(k, expected, kNotDurable).empty()) ++losses;
  EXPECT_EQ(losses, 3);
}

TEST_F(PowerFailure, DuringTheMigrationsLeavesADatabaseThatMigrates) {
  std::uint64_t all = 1;
  for (std::uint64_t k = 0; k <= all; ++k) {
    const TemporaryFolder machine;
    const fs::path file = machine / "musicfleet.db";
    {
      CrashDisk disk(machine.path(), k);
      const CrashVfs vfs(disk);
      if (auto database = Database::open(file, Database::Mode::kReadWrite, CrashVfs::kName)) {
        const bool migrated_now = migrate(*database, all_migrations()).has_value();
        ASSERT_TRUE(migrated_now || k > 0);
      }
      if (k == 0) all = disk.operations();
      disk.survive(k);
    }
    if (fs::exists(file)) {
      ASSERT_EQ(integrity_of(file), "ok") << "the power failed at operation " << k;
    }
    Database database = open_migrated(file);
    ASSERT_TRUE(JobWriter(database).insert(queued_job("job_1"), std::nullopt));
  }
}

}  // namespace
}  // namespace musicfleet::store
