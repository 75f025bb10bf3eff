// Copies of the database that are whole: taken while the coordinator runs, without holding up its commits,
// checked, and named only once they are on the disk; and the way back. A backup is a folder:
//
//   musicfleet.db   the database at one moment, compacted
//   manifest.json   its SHA-256, schema version and counts, and the songs that its jobs have
//
// Songs are copied by whoever makes the backup, afterwards: they never change, and the manifest lists them.
// Calls block, for minutes where the database is large. Any thread, one call at a time for a folder.
#pragma once

#include "coordinator/store/database.h"

#include <stop_token>

namespace musicfleet::store {

struct BackupFacts {
  std::int64_t schema_version = 0;
  WallTime taken_at{};
  std::uint64_t database_bytes = 0;
  Sha256 database_sha256{};
  std::int64_t jobs = 0;
  std::int64_t events = 0;
  std::int64_t songs = 0;
  std::uint64_t song_bytes = 0;
};

// Writes a backup of the database `file` into `folder`, which does not exist yet while its parent does: it
// appears under that name whole or not at all. kConflict where the folder exists, kCorrupt where the copy is
// not sound, kCancelled once `stop` is requested.
Result<BackupFacts> take_backup(const std::filesystem::path& file, const std::filesystem::path& folder,
                                WallTime now, const std::stop_token& stop = {});

// Whether the backup is what its manifest says: hash, SQLite's integrity check, schema version, counts.
// kCorrupt with what is not; kNotFound where there is none.
Result<BackupFacts> verify_backup(const std::filesystem::path& folder);

// Puts the database of a verified backup in the place of `file`, whose log goes with it; what was there is
// kept as `file`.before-restore. Nobody has the database open: the caller holds the data folder's lock.
// kConflict for a backup of a newer schema than `newest_schema`.
Result<BackupFacts> restore_backup(const std::filesystem::path& folder, const std::filesystem::path& file,
                                   std::int64_t newest_schema);

}  // namespace musicfleet::store
