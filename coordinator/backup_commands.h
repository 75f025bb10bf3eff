// What an operator does with backups on the coordinator's own machine: takes one beside the running process,
// checks one, puts one back while nothing runs. Each blocks. Any thread.
#pragma once

#include "coordinator/store/backup.h"

#include <filesystem>
#include <string>

namespace musicfleet {

// A backup of the database of `data_dir` in `folder`, which does not exist yet. A coordinator may run on it.
Result<store::BackupFacts> back_up(const std::filesystem::path& data_dir,
                                   const std::filesystem::path& folder);

// The same as a sentence for people, each.
std::string told_backup(const std::filesystem::path& folder, const store::BackupFacts& facts);
std::string told_verified(const std::filesystem::path& folder, const store::BackupFacts& facts);
std::string told_restored(const std::filesystem::path& data_dir, const std::filesystem::path& folder,
                          const store::BackupFacts& facts);

// Puts the backup in the place of the database of `data_dir` and says so in the audit log of what is
// restored, where it has one. kConflict while a coordinator runs on `data_dir`.
Result<store::BackupFacts> restore(const std::filesystem::path& data_dir,
                                   const std::filesystem::path& folder);

}  // namespace musicfleet
