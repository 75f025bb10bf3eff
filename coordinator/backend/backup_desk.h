// Backups that operators order: writes the order down, then has Housekeeping take one, each in a folder of
// its own below one folder that the configuration gives. Loop thread; files are touched on the file pool.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/housekeeping.h"
#include "coordinator/http/backup_desk.h"
#include "coordinator/storage/file_pool.h"

namespace musicfleet::backend {

class BackupDesk final : public http::BackupDesk {
 public:
  // All of them outlive it; `folder`, absolute, is made (0700) with the first backup.
  BackupDesk(AuditLog& audit, Housekeeping& housekeeping, FilePool& files, std::filesystem::path folder)
      : audit_(audit), housekeeping_(housekeeping), files_(files), folder_(std::move(folder)) {}

  http::Awaitable<http::BackupInfo> take_backup(http::Operator by, std::optional<std::string> name) override;

 private:
  AuditLog& audit_;
  Housekeeping& housekeeping_;
  FilePool& files_;
  const std::filesystem::path folder_;
};

}  // namespace musicfleet::backend
