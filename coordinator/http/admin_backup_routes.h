// Backups, ordered by operators. Loop thread.
#pragma once

#include "coordinator/http/backup_desk.h"
#include "coordinator/http/router.h"

namespace musicfleet::http {

class AdminBackupRoutes {
 public:
  explicit AdminBackupRoutes(BackupDesk& desk) : desk_(desk) {}

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> take(HttpRequest& request);

  BackupDesk& desk_;
};

}  // namespace musicfleet::http
