// Brings a database to the schema of this build: the numbered scripts of schema/ that it has not seen yet,
// each in a transaction of its own. The number of the last one is SQLite's user_version. One thread.
#pragma once

#include "coordinator/store/database.h"

#include <vector>

namespace musicfleet::store {

// All migrations of this build, in order: the first makes version 1.
std::vector<const char*> all_migrations();

// kConflict for a database that a newer build has written or that is not musicfleet's; it is left as it is.
Result<> migrate(Database& database, const std::vector<const char*>& migrations);

}  // namespace musicfleet::store
