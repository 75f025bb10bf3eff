#include "coordinator/store/ended_jobs.h"

namespace musicfleet::store {

// Two statements, so that each has its index.
#define MUSICFLEET_ENDED(CONDITION)                                                                  \
  "SELECT id, created_at, finished_at, audio IS NOT NULL AND audio ->> '$.removed_at' IS NULL, "     \
  "history_removed_at IS NULL, state, "                                                              \
  "EXISTS (SELECT 1 FROM purchases WHERE job = jobs.id AND object <> '') FROM jobs WHERE " CONDITION \
  " (created_at, id) > (?1, ?2) AND created_at < ?3 ORDER BY created_at, id LIMIT ?4"
constexpr char kEndedOfAll[] = MUSICFLEET_ENDED("");
constexpr char kEndedOfTenant[] = MUSICFLEET_ENDED("tenant = ?5 AND");
#undef MUSICFLEET_ENDED

Result<EndedJobsPage> ended_jobs(Database& database, const EndedJobsQuery& query) {
  const Cursor from = query.after.value_or(Cursor{});
  const std::string_view id(from.job);
  const std::int64_t limit = query.limit;
  Rows rows =
      MF_TRY(query.tenant ? database.query(kEndedOfTenant, from.created_at, id, query.created_before, limit,
                                           *query.tenant)
                          : database.query(kEndedOfAll, from.created_at, id, query.created_before, limit));
  EndedJobsPage page;
  int seen = 0;
  Cursor last;
  while (MF_TRY(rows.next())) {
    ++seen;
    last = {rows.time(1), rows.text(0)};
    if (const auto finished = rows.optional_time(2))
      page.jobs.push_back({JobId{rows.text(0)}, job_state_of(rows.text(5)).value_or(JobState::kFailed),
                           *finished, rows.integer(3) != 0, rows.integer(4) != 0, rows.integer(6) != 0});
    else
      ++page.live;
  }
  if (seen == query.limit) page.next = last;
  return page;
}

}  // namespace musicfleet::store
