// What is on the coordinator's disk: the tables of schema/001_jobs.sql as maps, with the checks and triggers
// that matter here. A change that the real database would refuse is refused. A model: SQLite itself is tested
// in tests/coordinator/store.
#pragma once

#include "coordinator/dispatch/events.h"
#include "coordinator/job_changes.h"
#include "tests/simulation/money_tables.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace musicfleet::simulation {

struct StoredAttempt {
  WorkerId worker;
  std::optional<AttemptOutcome> outcome;  // once it has ended
};

struct StoredJob {
  Job job;
  std::map<Epoch, StoredAttempt> attempts;
  // Every state that was ever committed, and with which epoch.
  std::vector<std::pair<JobState, Epoch>> states;

  bool has_been(JobState state, Epoch epoch) const;
};

struct SubmissionKey {
  std::string key;
  std::string body;
};

class Tables {
 public:
  struct Inserted {
    Job job;
    bool replayed = false;
  };

  Result<Inserted> insert(const Job& job, const std::optional<SubmissionKey>& key);
  // The job that an earlier submission under this key has made; kConflict where its body was another one.
  Result<std::optional<Job>> replay(const Job& job, const SubmissionKey& key);
  void set_limits(const TenantId& tenant, const TenantLimits& limits) {
    limits_.insert_or_assign(tenant, limits);
  }
  void set_drained(const WorkerId& worker, bool drained);
  Result<> apply(const std::vector<Change>& changes);

  // Null for a job that was never committed.
  const StoredJob* find(const JobId& id) const;
  const std::map<JobId, StoredJob>& jobs() const { return jobs_; }
  // What a coordinator that starts is to know.
  std::vector<dispatch::RestoredJob> live() const;
  const std::map<TenantId, TenantLimits>& limits() const { return limits_; }
  const std::set<WorkerId>& drained() const { return drained_; }
  MoneyTables& money() { return money_; }
  const MoneyTables& money() const { return money_; }

 private:
  struct KnownKey {
    std::string body;
    JobId job;
    WallTime expires_at;
  };

  Result<> apply_one(const JobUpdated& change);
  Result<> apply_one(const AttemptStarted& change);
  Result<> apply_one(const AttemptEnded& change);
  Result<> apply_one(const HistoryEvent& change);
  Result<> apply_one(const WorkerSeen&) { return {}; }
  Result<> apply_one(const PurchaseIntent& change) { return money_.intend(change); }
  Result<> apply_one(const PurchaseEnd& change) { return money_.end(change); }
  Result<> apply_one(const LedgerEntry& change) { return money_.add(change); }

  std::map<JobId, StoredJob> jobs_;
  std::map<std::pair<TenantId, std::string>, KnownKey> keys_;
  std::map<TenantId, TenantLimits> limits_;
  std::set<WorkerId> drained_;
  MoneyTables money_;
};

}  // namespace musicfleet::simulation
