#include "coordinator/store/job_reader.h"

#include "coordinator/store/cursor.h"
#include "coordinator/store/job_json.h"

#include <limits>

namespace musicfleet::store {

Result<JobReader> JobReader::open(const std::filesystem::path& file) {
  return JobReader(MF_TRY(Database::open(file, Database::Mode::kReadOnly)));
}

Result<Job> job_of_row(const Rows& row) {
  Job job;
  job.id = JobId{row.text(0)};
  job.tenant = TenantId{row.text(1)};
  const auto state = job_state_of(row.text(2));
  if (!state) return fail(ErrorCode::kCorrupt, "job ", job.id, " has the unknown state ", row.text(2));
  job.state = *state;
  job.spec = MF_TRY(spec_of_json(row.text(3)));
  job.priority = static_cast<int>(row.integer(4));
  job.deadline = row.optional_time(5);
  job.metadata_json = row.text(6);
  job.created_at = row.time(7);
  job.updated_at = row.time(8);
  job.started_at = row.optional_time(9);
  job.finished_at = row.optional_time(10);
  job.epoch = static_cast<Epoch>(row.integer(11));
  job.attempts = static_cast<int>(row.integer(12));
  job.worker = WorkerId{row.text(13)};
  job.cancel_requested = row.integer(14) != 0;
  if (!row.is_null(15)) job.error = MF_TRY(error_of_json(row.text(15)));
  if (!row.is_null(16)) job.audio = MF_TRY(audio_of_json(row.text(16)));
  job.warnings = MF_TRY(texts_of_json(row.text(17)));
  job.dead = row.integer(18) != 0;
  job.requeued_epoch = static_cast<Epoch>(row.integer(19));
  job.vendor_order = row.text(20);
  return job;
}

constexpr char kSelectJob[] = "SELECT " MUSICFLEET_JOB_COLUMNS " FROM jobs WHERE id = ?1";

Result<Job> JobReader::job(const JobId& id) {
  Rows rows = MF_TRY(database_.query(kSelectJob, id));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kNotFound, "there is no job ", id);
  return job_of_row(rows);
}

// Five statements, so that each has its index: (created_at, id) below the cursor, newest first.
#define MUSICFLEET_LIST(CONDITION)                               \
  "SELECT " MUSICFLEET_JOB_COLUMNS " FROM jobs WHERE " CONDITION \
  " (created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT ?3"
constexpr char kListAll[] = MUSICFLEET_LIST("");
constexpr char kListState[] = MUSICFLEET_LIST("state = ?4 AND");
constexpr char kListTenant[] = MUSICFLEET_LIST("tenant = ?4 AND");
constexpr char kListTenantState[] = MUSICFLEET_LIST("tenant = ?4 AND state = ?5 AND");
constexpr char kListDead[] = MUSICFLEET_LIST("dead = 1 AND");
#undef MUSICFLEET_LIST

Result<JobList> JobReader::jobs(const JobListing& listing) {
  Cursor from{WallTime(std::chrono::milliseconds(std::numeric_limits<std::int64_t>::max())), ""};
  if (!listing.cursor.empty()) from = MF_TRY(decode_cursor(listing.cursor));
  const std::int64_t one_more = listing.limit + 1;
  const std::string_view state = listing.state ? name_of(*listing.state) : std::string_view();
  const std::string_view at(from.job);
  Rows rows =
      MF_TRY(listing.dead ? database_.query(kListDead, from.created_at, at, one_more)
             : listing.tenant && listing.state
                 ? database_.query(kListTenantState, from.created_at, at, one_more, *listing.tenant, state)
             : listing.tenant ? database_.query(kListTenant, from.created_at, at, one_more, *listing.tenant)
             : listing.state  ? database_.query(kListState, from.created_at, at, one_more, state)
                              : database_.query(kListAll, from.created_at, at, one_more));
  JobList list;
  std::size_t bytes = 0;
  while (MF_TRY(rows.next())) {
    if (static_cast<int>(list.jobs.size()) == listing.limit || bytes > kPageBytes) {
      list.next_cursor = encode({list.jobs.back().created_at, list.jobs.back().id.value});
      break;
    }
    bytes += rows.bytes(3) + rows.bytes(6) + rows.bytes(20);  // spec, metadata, vendor_order
    list.jobs.push_back(MF_TRY(job_of_row(rows)));
  }
  return list;
}

constexpr char kSelectAttempts[] =
    "SELECT epoch, worker, started_at, ended_at, outcome, error FROM attempts WHERE job = ?1 ORDER BY epoch";

Result<std::vector<Attempt>> JobReader::attempts(const JobId& id) {
  Rows rows = MF_TRY(database_.query(kSelectAttempts, id));
  std::vector<Attempt> attempts;
  while (MF_TRY(rows.next())) {
    Attempt attempt;
    attempt.lease = {id, static_cast<Epoch>(rows.integer(0))};
    attempt.worker = WorkerId{rows.text(1)};
    attempt.started_at = rows.time(2);
    attempt.ended_at = rows.optional_time(3);
    if (!rows.is_null(4)) attempt.outcome = attempt_outcome_of(rows.text(4));
    if (!rows.is_null(5)) attempt.error = MF_TRY(error_of_json(rows.text(5)));
    attempts.push_back(std::move(attempt));
  }
  return attempts;
}

constexpr char kSelectEvents[] = "SELECT at, kind, detail FROM events WHERE job = ?1 ORDER BY number";

Result<std::vector<HistoryEvent>> JobReader::events(const JobId& id) {
  Rows rows = MF_TRY(database_.query(kSelectEvents, id));
  std::vector<HistoryEvent> events;
  while (MF_TRY(rows.next())) events.push_back({id, rows.time(0), rows.text(1), rows.text(2)});
  return events;
}

constexpr char kSelectLive[] =
    "SELECT " MUSICFLEET_JOB_COLUMNS
    " FROM jobs INDEXED BY jobs_live WHERE state IN ('queued', 'leased') ORDER BY created_at, id";
constexpr char kSelectFailedOn[] =
    "SELECT DISTINCT worker FROM attempts WHERE job = ?1 AND epoch > ?2 "
    "AND outcome IN ('failed', 'expired', 'stalled', 'forgotten')";

Result<std::vector<LiveJobRow>> JobReader::live_jobs() {
  std::vector<LiveJobRow> live;
  Rows rows = MF_TRY(database_.query(kSelectLive));
  while (MF_TRY(rows.next())) live.push_back({MF_TRY(job_of_row(rows)), {}});
  for (LiveJobRow& row : live) {
    Rows workers = MF_TRY(database_.query(kSelectFailedOn, row.job.id, std::int64_t{row.job.requeued_epoch}));
    while (MF_TRY(workers.next())) row.failed_on.insert(WorkerId{workers.text(0)});
  }
  return live;
}

Result<EndedJobsPage> JobReader::ended_jobs(const EndedJobsQuery& query) {
  return store::ended_jobs(database_, query);
}

}  // namespace musicfleet::store
