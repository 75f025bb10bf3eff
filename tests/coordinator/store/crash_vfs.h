// A layer between SQLite and its files that reports every change of a database, its journal and its WAL to a
// CrashDisk and fails everything once the power has failed. Reads, locks and shared memory go to SQLite's own
// layer; a sync is only reported. Registered under kName for as long as it lives; a database that is opened
// with that name is closed before it goes.
#pragma once

#include "tests/coordinator/store/crash_disk.h"

#include <sqlite3.h>

namespace musicfleet::store {

class CrashVfs {
 public:
  static constexpr const char* kName = "crash";

  explicit CrashVfs(CrashDisk& disk);
  ~CrashVfs();
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;

 private:
  sqlite3_vfs vfs_{};
};

}  // namespace musicfleet::store
