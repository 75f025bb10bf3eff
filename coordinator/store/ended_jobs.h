// Walks over the jobs that are over, oldest first, in short pages: what retention and an operator's purge
// choose from. Cost grows with the page, not with the jobs. One thread.
#pragma once

#include "coordinator/store/cursor.h"
#include "coordinator/store/database.h"

#include <vector>

namespace musicfleet::store {

struct EndedJobsQuery {
  std::optional<TenantId> tenant;  // unset: of all tenants
  WallTime created_before{};
  std::optional<Cursor> after;  // unset: from the oldest
  int limit = 500;              // rows that are looked at
};

struct EndedJob {
  JobId id;
  JobState state{};
  WallTime finished_at{};
  bool has_song = false;
  bool has_history = false;
  bool has_bought_song = false;  // that was only to be compared
};

struct EndedJobsPage {
  std::vector<EndedJob> jobs;
  int live = 0;                // jobs of the page that are not over
  std::optional<Cursor> next;  // unset on the last page; a page may be empty before that
};

Result<EndedJobsPage> ended_jobs(Database& database, const EndedJobsQuery& query);

}  // namespace musicfleet::store
