// Writes jobs: new ones with their idempotency keys, and what dispatching decided. Opens no transaction of
// its own: StoreThread runs it inside one. One thread.
#pragma once

#include "coordinator/job_changes.h"
#include "coordinator/store/database.h"
#include "coordinator/store/ledger_table.h"

#include <optional>
#include <string>
#include <vector>

namespace musicfleet::store {

struct IdempotencyKey {
  std::string key;
  Sha256 body_sha256{};  // of the request that it stands for
};

struct Inserted {
  Job job;
  bool replayed = false;  // an earlier request with the same key made it
};

class JobWriter {
 public:
  // How long an idempotency key is remembered.
  static constexpr std::chrono::hours kIdempotencyPeriod{24};

  explicit JobWriter(Database& database) : database_(database), ledger_(database) {}

  // Inserts a queued job with the first line of its history. With a key that is remembered: the job that it
  // made where the body is the same, else kConflict.
  Result<Inserted> insert(const Job& job, const std::optional<IdempotencyKey>& key);

  // The job that an earlier request with this key made, `job` being what it would make now; unset where there
  // is none. kConflict for a key that was used with another body.
  Result<std::optional<Job>> replay(const Job& job, const IdempotencyKey& key);

  // The job, for an operator who puts it back into the queue. kNotFound where there is none, kConflict where
  // it has not failed, what its owner wrote was erased, or songs of it are still to be removed.
  Result<Job> failed(const JobId& id);

  // All of them or none. kConflict where a change contradicts what is stored.
  Result<> apply(const std::vector<Change>& changes);

 private:
  Result<> apply_one(const JobUpdated& change);
  Result<> apply_one(const AttemptStarted& change);
  Result<> apply_one(const AttemptEnded& change);
  Result<> apply_one(const HistoryEvent& change);
  Result<> apply_one(const WorkerSeen& change);
  Result<> apply_one(const PurchaseIntent& change) { return ledger_.intend(change); }
  Result<> apply_one(const PurchaseEnd& change) { return ledger_.end(change); }
  Result<> apply_one(const LedgerEntry& change) { return ledger_.add(change); }

  Database& database_;
  LedgerTable ledger_;
};

}  // namespace musicfleet::store
