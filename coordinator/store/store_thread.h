// The one thread that writes the database. Work that is posted while a transaction runs shares the next one,
// so that many wait for one fsync and none waits for company. A piece of work that fails takes back only its
// own writes. post() from any thread; work runs on the store's thread; results leave after the commit,
// through `deliver`.
#pragma once

#include "coordinator/store/access_table.h"
#include "coordinator/store/audit_log.h"
#include "coordinator/store/database.h"
#include "coordinator/store/intake_table.h"
#include "coordinator/store/job_removal.h"
#include "coordinator/store/job_writer.h"
#include "coordinator/store/ledger_table.h"
#include "coordinator/store/tenant_table.h"
#include "coordinator/store/webhook_table.h"
#include "coordinator/store/worker_table.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace musicfleet::store {

// What work may write with.
struct Writer {
  explicit Writer(Database& database_)
      : database(database_),
        jobs(database_),
        access(database_),
        audit(database_),
        removal(database_),
        tenants(database_),
        webhooks(database_),
        workers(database_),
        intake(database_),
        ledger(database_) {}
  Database& database;
  JobWriter jobs;
  AccessTable access;
  AuditLog audit;
  JobRemoval removal;
  TenantTable tenants;
  WebhookTable webhooks;
  WorkerTable workers;
  IntakeTable intake;
  LedgerTable ledger;
};

// Whether work stands for itself or builds on all work of the chain that was posted before it.
enum class Order { kAlone, kChained };

// Runs a function on the thread that owns the caller's objects, e.g. boost::asio::post on its loop.
using Deliver = std::function<void(std::function<void()>)>;

class StoreThread {
 public:
  // Most pieces of work in one transaction: bounds how long the first of them waits.
  static constexpr std::size_t kLargestGroup = 256;
  // Most pieces that wait: then work that stands for itself is refused. Chained work is always taken, for
  // what it builds on has been decided; its number is bounded by the jobs and workers that there are.
  static constexpr std::size_t kMostWaiting = 10'000;

  // The database is open for writing and migrated.
  StoreThread(Database database, Deliver deliver);
  // Finishes everything that was posted.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  // Runs `work(Writer&)`, a Result<T>, and delivers its result to `done` once it is committed. kUnavailable
  // or kInternal where the commit itself failed: nothing of it is stored. kUnavailable at once while
  // kMostWaiting pieces wait. Once chained work is not stored, all chained work after it is refused with
  // kUnavailable, for as long as this lives.
  template <class T>
  void post(std::function<Result<T>(Writer&)> work, std::function<void(Result<T>)> done,
            Order order = Order::kAlone) {
    const auto result = std::make_shared<std::optional<Result<T>>>();
    push({order,
          [this, order, result, work = std::move(work)](Writer& writer) {
            if (order == Order::kChained && chain_broken_)
              *result = fail(ErrorCode::kUnavailable, "what this builds on was not stored");
            else
              *result = work(writer);
            return (*result)->has_value();
          },
          [result, done = std::move(done)](const Result<>& commit) {
            const bool failed_itself = *result && !(*result)->has_value();
            done(commit || failed_itself ? std::move(result->value()) : Result<T>(Failure(commit.error())));
          }});
  }

  // Transactions committed so far, and pieces of work in them.
  std::uint64_t commits() const { return commits_; }
  std::uint64_t committed_work() const { return committed_work_; }
  // Pieces of work that wait for their transaction.
  std::size_t waiting() const;

 private:
  struct Item {
    Order order = Order::kAlone;
    std::function<bool(Writer&)> run;
    std::function<void(const Result<>&)> finish;
  };

  void push(Item item);
  void loop();
  using Group = std::deque<Item>;
  Result<> run_group(Group& group);
  // Both in the open transaction. Together: whether all of it may be committed; not where a piece failed that
  // has written or is chained. One by one: a piece that fails is taken back; an error where SQLite has taken
  // back everything.
  bool run_together(Group& group, Writer& writer);
  Result<> run_one_by_one(Group& group, Writer& writer);

  Database database_;
  Deliver deliver_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> waiting_;
  bool stopping_ = false;
  bool chain_broken_ = false;  // only the thread looks at it
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> committed_work_{0};
  std::thread thread_;
};

}  // namespace musicfleet::store
