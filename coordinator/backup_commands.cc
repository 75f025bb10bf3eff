#include "coordinator/backup_commands.h"

#include "common/clock.h"
#include "coordinator/data_folder.h"
#include "coordinator/store/backup.h"
#include "coordinator/store/migrations.h"

namespace musicfleet {
namespace {

std::string contents(const store::BackupFacts& facts) {
  return concat(facts.jobs, " jobs with ", facts.events, " lines of history, schema version ",
                facts.schema_version, "; its jobs have ", facts.songs, " songs (", facts.song_bytes,
                " bytes)");
}

}  // namespace

Result<std::string> back_up(const std::filesystem::path& data_dir, const std::filesystem::path& folder) {
  const std::filesystem::path database = data_dir / "musicfleet.db";
  if (!std::filesystem::exists(database))
    return fail(ErrorCode::kNotFound, "there is no database in ", data_dir.string());
  const auto facts = MF_TRY(store::take_backup(database, folder, SystemClock().wall_now()));
  return concat("backed up to ", folder.string(), ": ", contents(facts),
                "; copy them as songs.sha256 lists them");
}

Result<std::string> verify_backup(const std::filesystem::path& folder) {
  const auto facts = MF_TRY(store::verify_backup(folder));
  return concat(folder.string(), " is sound: ", contents(facts));
}

Result<std::string> restore(const std::filesystem::path& data_dir, const std::filesystem::path& folder) {
  const DataFolder data = MF_TRY(DataFolder::open(data_dir));
  const auto newest = static_cast<std::int64_t>(store::all_migrations().size());
  const auto facts = MF_TRY(store::restore_backup(folder, data.database(), newest));
  return concat("restored ", folder.string(), ": ", contents(facts), "; what was there is ",
                data.database().string(), ".before-restore");
}

}  // namespace musicfleet
