// Whether jobs are taken in, as an operator has set it. Opens no transaction of its own. One thread.
#pragma once

#include "coordinator/store/database.h"

namespace musicfleet::store {

struct IntakeRow {
  std::optional<WallTime> paused_at;  // unset: jobs are taken in
  std::string reason;                 // of the pause
};

class IntakeTable {
 public:
  explicit IntakeTable(Database& database) : database_(database) {}

  Result<IntakeRow> read();
  Result<> write(const IntakeRow& row);

 private:
  Database& database_;
};

}  // namespace musicfleet::store
