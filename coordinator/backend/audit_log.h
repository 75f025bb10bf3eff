// What operators did, written down: makes the records that others write in the transaction of their change,
// writes those that have none, and shows and checks the log. Loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/http/audit_desk.h"
#include "coordinator/store/reader_pool.h"
#include "coordinator/store/store_thread.h"

namespace musicfleet::backend {

class AuditLog final : public http::AuditDesk {
 public:
  // Rows that one piece of a reader's work checks, so that a long log does not hold up other readers.
  static constexpr int kRowsAtATime = 10'000;

  AuditLog(store::StoreThread& store, store::ReaderPool& readers, const Clock& clock)
      : store_(store), readers_(readers), clock_(clock) {}

  // The record of what happens now; `detail_json` is an object.
  store::AuditRecord entry(const http::Operator& by, std::string action, std::string target,
                           std::string detail_json = "{}") const;

  // A change of the store and its record, committed together or not at all.
  http::Awaitable<> change(store::AuditRecord record, std::function<Result<>(store::Writer&)> work);

  // For what is not a change of the store, such as an order to the dispatcher: record it first, and do it
  // only if this succeeded. Completes after the commit.
  http::Awaitable<> record(http::Operator by, std::string action, std::string target,
                           std::string detail_json);

  http::Awaitable<http::AuditEntries> audit_entries(http::AuditQuery query) override;
  http::Awaitable<http::AuditReport> verify_audit(std::optional<Sha256> expected) override;

 private:
  store::StoreThread& store_;
  store::ReaderPool& readers_;
  const Clock& clock_;
};

}  // namespace musicfleet::backend
