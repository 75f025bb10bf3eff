// The table of what operators did: written in the transaction of the change that it tells of, read page by
// page, checked as a chain. Opens no transaction of its own. One thread.
#pragma once

#include "coordinator/store/audit_chain.h"
#include "coordinator/store/database.h"

#include <vector>

namespace musicfleet::store {

struct AuditPage {
  std::vector<AuditRow> rows;               // newest first
  std::optional<std::int64_t> next_before;  // for the next page; nothing on the last
};

class AuditLog {
 public:
  explicit AuditLog(Database& database) : database_(database) {}

  // Adds the record at the end; its row.
  Result<AuditRow> append(const AuditRecord& record);
  // At most `limit` rows whose number is below `before`; 0: from the newest.
  Result<AuditPage> page(std::int64_t before, int limit);
  // Hands the rows after number `after` to the chain, at most `limit` of them; whether there may be more.
  Result<bool> walk(AuditChain& chain, std::int64_t after, int limit);

 private:
  Database& database_;
};

// Checks the audit log of a database file, whether a coordinator runs on it or not. kNotFound for a database
// that has none.
Result<AuditVerdict> verify_audit_log(const std::filesystem::path& file, std::optional<Sha256> expected);

}  // namespace musicfleet::store
