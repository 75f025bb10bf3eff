// Reads jobs, their attempts and their history through a connection of its own, so that reading never waits
// for the writer. One thread at a time; ReaderPool gives each of its threads one.
#pragma once

#include "coordinator/job_changes.h"
#include "coordinator/store/audit_log.h"
#include "coordinator/store/database.h"
#include "coordinator/store/ended_jobs.h"
#include "coordinator/store/ledger_table.h"

#include <set>
#include <vector>

namespace musicfleet::store {

struct JobListing {
  std::optional<TenantId> tenant;  // unset: of all tenants
  std::optional<JobState> state;
  std::string cursor;  // empty: from the newest
  int limit = 50;      // at most; a page of long texts ends earlier
  bool dead = false;   // of all tenants, only those that wait for an operator; tenant and state are not asked
};

struct JobList {
  std::vector<Job> jobs;    // newest first
  std::string next_cursor;  // empty on the last page
};

struct Attempt {
  Lease lease;
  WorkerId worker;
  WallTime started_at{};
  std::optional<WallTime> ended_at;
  std::optional<AttemptOutcome> outcome;
  std::optional<Error> error;
};

// A live job and the workers on which it has failed.
struct LiveJobRow {
  Job job;
  std::set<WorkerId> failed_on;
};

class JobReader {
 public:
  explicit JobReader(Database database) : database_(std::move(database)) {}
  static Result<JobReader> open(const std::filesystem::path& file);

  // kNotFound where there is none.
  Result<Job> job(const JobId& id);
  // Bytes of stored text after which a page ends: what is made of it is made on the caller's thread.
  static constexpr std::size_t kPageBytes = 256 << 10;

  // Cost grows with the page, not with the jobs. kInvalidArgument for a cursor that is none.
  Result<JobList> jobs(const JobListing& listing);
  // Of a job, oldest first.
  Result<std::vector<Attempt>> attempts(const JobId& id);
  Result<std::vector<HistoryEvent>> events(const JobId& id);
  // All jobs that are not over, oldest first.
  Result<std::vector<LiveJobRow>> live_jobs();
  // What operators did, read through the same connection.
  AuditLog audit() { return AuditLog(database_); }
  // What was bought and what everything cost, likewise.
  LedgerTable ledger() { return LedgerTable(database_); }
  // Oldest first.
  Result<EndedJobsPage> ended_jobs(const EndedJobsQuery& query);

  const Database& database() const { return database_; }

 private:
  Database database_;
};

// The columns of a job, in the order in which job_of_row() reads them.
#define MUSICFLEET_JOB_COLUMNS                                                                               \
  "id, tenant, state, spec, priority, deadline, metadata, created_at, updated_at, started_at, finished_at, " \
  "epoch, attempts, worker, cancel_requested, error, audio, warnings, dead, requeued_epoch, vendor_order"
Result<Job> job_of_row(const Rows& row);

}  // namespace musicfleet::store
