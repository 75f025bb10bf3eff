#include "coordinator/backup_commands.h"

#include "common/clock.h"
#include "common/sha256.h"
#include "coordinator/data_folder.h"
#include "coordinator/store/audit_log.h"
#include "coordinator/store/migrations.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace musicfleet {
namespace {

std::string contents(const store::BackupFacts& facts) {
  return concat(facts.jobs, " jobs with ", facts.events, " lines of history, schema version ",
                facts.schema_version, "; its jobs have ", facts.songs, " songs (", facts.song_bytes,
                " bytes)");
}

// Who is at the keyboard: there is no admin key here.
std::string local_user() { return concat("uid ", ::getuid()); }

// The first schema with an audit log.
constexpr std::int64_t kFirstWithAudit = 3;

Result<> note_restore(const std::filesystem::path& database, const std::filesystem::path& folder,
                      const store::BackupFacts& facts) {
  if (facts.schema_version < kFirstWithAudit) return {};
  store::Database restored = MF_TRY(store::Database::open(database, store::Database::Mode::kReadWrite));
  nlohmann::json detail{{"backup", folder.string()},
                        {"taken_at", facts.taken_at.time_since_epoch().count()},
                        {"database_sha256", to_hex(facts.database_sha256)}};
  MF_TRY(store::AuditLog(restored).append(
      {SystemClock().wall_now(), local_user(), "database.restore", "database",
       detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}));
  return {};
}

}  // namespace

std::string told_backup(const std::filesystem::path& folder, const store::BackupFacts& facts) {
  return concat("backed up to ", folder.string(), ": ", contents(facts),
                "; copy them as songs.sha256 lists them");
}

std::string told_verified(const std::filesystem::path& folder, const store::BackupFacts& facts) {
  return concat(folder.string(), " is sound: ", contents(facts));
}

std::string told_restored(const std::filesystem::path& data_dir, const std::filesystem::path& folder,
                          const store::BackupFacts& facts) {
  return concat("restored ", folder.string(), ": ", contents(facts), "; what was there is ",
                (data_dir / "musicfleet.db").string(), ".before-restore");
}

Result<store::BackupFacts> back_up(const std::filesystem::path& data_dir,
                                   const std::filesystem::path& folder) {
  const std::filesystem::path database = data_dir / "musicfleet.db";
  if (!std::filesystem::exists(database))
    return fail(ErrorCode::kNotFound, "there is no database in ", data_dir.string());
  return store::take_backup(database, folder, SystemClock().wall_now());
}

Result<store::BackupFacts> restore(const std::filesystem::path& data_dir,
                                   const std::filesystem::path& folder) {
  const DataFolder data = MF_TRY(DataFolder::open(data_dir));
  const auto newest = static_cast<std::int64_t>(store::all_migrations().size());
  const store::BackupFacts facts = MF_TRY(store::restore_backup(folder, data.database(), newest));
  MF_CHECK(note_restore(data.database(), folder, facts));
  return facts;
}

}  // namespace musicfleet
