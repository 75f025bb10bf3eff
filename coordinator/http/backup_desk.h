// Backups of the database, as the operators' routes need them. Implemented by coordinator/backend; tests
// implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

struct BackupInfo {
  std::string name;
  std::string folder;  // on the coordinator's machine, absolute
  WallTime taken_at{};
  std::int64_t schema_version = 0;
  std::uint64_t database_bytes = 0;
  Sha256 database_sha256{};
  std::int64_t jobs = 0;
  std::int64_t events = 0;
  std::int64_t songs = 0;  // that its jobs have: listed in the backup, not copied
  std::uint64_t song_bytes = 0;
};

class BackupDesk {
 public:
  virtual ~BackupDesk() = default;

  // A backup of the database as it is now, checked, in a folder of this name below the one that the
  // configuration gives; without a name it is the time. In the audit log before it begins. kConflict where
  // there is one of that name, kCorrupt where the copy is not sound.
  virtual Awaitable<BackupInfo> take_backup(Operator by, std::optional<std::string> name) = 0;
};

}  // namespace musicfleet::http
