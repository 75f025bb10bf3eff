#include "coordinator/store/job_writer.h"

#include "coordinator/store/job_json.h"
#include "coordinator/store/job_reader.h"

namespace musicfleet::store {
namespace {

// An error or audio that is there as JSON, else NULL.
template <class T>
std::optional<std::string> json_or_null(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return to_json(*value);
}

Result<> exactly_one(int changed, const JobId& job, std::string_view what) {
  if (changed != 1) return fail(ErrorCode::kConflict, "job ", job, ": ", what, " contradicts what is stored");
  return {};
}

}  // namespace

constexpr char kInsertJob[] = "INSERT INTO jobs (" MUSICFLEET_JOB_COLUMNS
                              ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                              "?16, ?17, ?18, ?19, ?20, ?21)";
constexpr char kRememberKey[] =
    "INSERT INTO idempotency (tenant, key, body_sha256, job, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";

Result<Inserted> JobWriter::insert(const Job& job, const std::optional<IdempotencyKey>& key) {
  if (key)
    if (auto earlier = MF_TRY(replay(job, *key))) return Inserted{*std::move(earlier), true};
  MF_TRY(database_.run(kInsertJob, job.id, job.tenant, name_of(job.state),
                       std::string_view(to_json(job.spec)), std::int64_t{job.priority}, job.deadline,
                       std::string_view(job.metadata_json), job.created_at, job.updated_at, job.started_at,
                       job.finished_at, std::int64_t{job.epoch}, std::int64_t{job.attempts}, job.worker,
                       std::int64_t{job.cancel_requested}, json_or_null(job.error), json_or_null(job.audio),
                       std::string_view(to_json(job.warnings)), std::int64_t{job.dead},
                       std::int64_t{job.requeued_epoch}, std::string_view(job.vendor_order)));
  if (key)
    MF_TRY(database_.run(kRememberKey, job.tenant, std::string_view(key->key), key->body_sha256, job.id,
                         job.created_at + kIdempotencyPeriod));
  MF_CHECK(apply_one(HistoryEvent{job.id, job.created_at, "submitted", "{}"}));
  return Inserted{job, false};
}

constexpr char kForgetExpired[] = "DELETE FROM idempotency WHERE expires_at <= ?1";
constexpr char kSelectKey[] = "SELECT body_sha256, job FROM idempotency WHERE tenant = ?1 AND key = ?2";
constexpr char kSelectEarlierJob[] = "SELECT " MUSICFLEET_JOB_COLUMNS " FROM jobs WHERE id = ?1";

Result<std::optional<Job>> JobWriter::replay(const Job& job, const IdempotencyKey& key) {
  MF_TRY(database_.run(kForgetExpired, job.created_at));
  Rows known = MF_TRY(database_.query(kSelectKey, job.tenant, std::string_view(key.key)));
  if (!MF_TRY(known.next())) return std::nullopt;
  const std::string body(key.body_sha256.begin(), key.body_sha256.end());
  if (known.text(0) != body)
    return fail(ErrorCode::kConflict, "this Idempotency-Key was used for a request with another body");
  Rows rows = MF_TRY(database_.query(kSelectEarlierJob, JobId{known.text(1)}));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kCorrupt, "an idempotency key without its job");
  return MF_TRY(job_of_row(rows));
}

constexpr char kSelectFailed[] = "SELECT " MUSICFLEET_JOB_COLUMNS
                                 ", erased_at IS NOT NULL, EXISTS (SELECT 1 FROM removals WHERE job = ?1) "
                                 "FROM jobs WHERE id = ?1";
constexpr int kErased = 21, kBeingRemoved = 22;  // the columns after those of the job

Result<Job> JobWriter::failed(const JobId& id) {
  Rows rows = MF_TRY(database_.query(kSelectFailed, id));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kNotFound, "there is no job ", id);
  Job job = MF_TRY(job_of_row(rows));
  if (job.state != JobState::kFailed)
    return fail(ErrorCode::kConflict, "job ", id, " is ", name_of(job.state),
                ": only a failed job can be put back into the queue");
  if (rows.integer(kErased))
    return fail(ErrorCode::kConflict, "what the owner of job ", id,
                " wrote was erased: it cannot be made any more");
  if (rows.integer(kBeingRemoved))  // whose files are told apart by the job alone
    return fail(ErrorCode::kConflict, "songs of job ", id,
                " are still being removed: put it back into the queue when they are gone");
  return job;
}

Result<> JobWriter::apply(const std::vector<Change>& changes) {
  for (const Change& change : changes)
    MF_CHECK(std::visit([&](const auto& one) { return apply_one(one); }, change));
  return {};
}

constexpr char kUpdateJob[] =
    "UPDATE jobs SET state = ?2, updated_at = ?3, started_at = ?4, finished_at = ?5, epoch = ?6, attempts = "
    "?7, "
    "worker = ?8, cancel_requested = ?9, error = ?10, audio = ?11, warnings = ?12, dead = ?13, "
    "requeued_epoch = ?14, deadline = ?15 WHERE id = ?1";

Result<> JobWriter::apply_one(const JobUpdated& change) {
  const Job& job = change.job;
  const int changed = MF_TRY(database_.run(
      kUpdateJob, job.id, name_of(job.state), job.updated_at, job.started_at, job.finished_at,
      std::int64_t{job.epoch}, std::int64_t{job.attempts}, job.worker, std::int64_t{job.cancel_requested},
      json_or_null(job.error), json_or_null(job.audio), std::string_view(to_json(job.warnings)),
      std::int64_t{job.dead}, std::int64_t{job.requeued_epoch}, job.deadline));
  return exactly_one(changed, job.id, "an update");
}

constexpr char kInsertAttempt[] =
    "INSERT INTO attempts (job, epoch, worker, started_at) VALUES (?1, ?2, ?3, ?4)";

Result<> JobWriter::apply_one(const AttemptStarted& change) {
  MF_TRY(database_.run(kInsertAttempt, change.lease.job, std::int64_t{change.lease.epoch}, change.worker,
                       change.at));
  return {};
}

constexpr char kEndAttempt[] =
    "UPDATE attempts SET ended_at = ?3, outcome = ?4, error = ?5 "
    "WHERE job = ?1 AND epoch = ?2 AND ended_at IS NULL";

Result<> JobWriter::apply_one(const AttemptEnded& change) {
  const int changed = MF_TRY(database_.run(kEndAttempt, change.lease.job, std::int64_t{change.lease.epoch},
                                           change.at, name_of(change.outcome), json_or_null(change.error)));
  return exactly_one(changed, change.lease.job, "the end of an attempt");
}

constexpr char kInsertEvent[] = "INSERT INTO events (job, at, kind, detail) VALUES (?1, ?2, ?3, ?4)";

Result<> JobWriter::apply_one(const HistoryEvent& change) {
  MF_TRY(database_.run(kInsertEvent, change.job, change.at, std::string_view(change.kind),
                       std::string_view(change.detail_json)));
  return {};
}

constexpr char kWorkerSeen[] = "UPDATE workers SET last_seen_at = ?2 WHERE name = ?1";

Result<> JobWriter::apply_one(const WorkerSeen& change) {
  MF_TRY(database_.run(kWorkerSeen, change.worker, change.at));
  return {};
}

}  // namespace musicfleet::store
