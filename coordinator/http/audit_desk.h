// What the routes of the audit log ask of the coordinator. Implemented by coordinator/backend. Every call is
// made on the loop thread and its awaitable completes there.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

struct AuditEntry {
  std::int64_t number = 0;
  WallTime at{};
  std::string actor;
  std::string action;
  std::string target;
  std::string detail_json;
  Sha256 hash{};
};

struct AuditQuery {
  std::int64_t before = 0;  // 0: from the newest
  int limit = 50;           // 1 … 200
};

struct AuditEntries {
  std::vector<AuditEntry> entries;  // newest first
  std::optional<std::int64_t> next_before;
};

// What a check of the whole chain found.
struct AuditReport {
  bool intact = true;
  std::int64_t rows = 0;  // that hold, from the first
  Sha256 head{};          // hash of the last of them
  std::optional<std::int64_t> broken_row;
  std::string reason;  // empty where all is well
};

class AuditDesk {
 public:
  virtual ~AuditDesk() = default;

  virtual Awaitable<AuditEntries> audit_entries(AuditQuery query) = 0;
  // `expected`: a hash that was the log's head at some time.
  virtual Awaitable<AuditReport> verify_audit(std::optional<Sha256> expected) = 0;
};

}  // namespace musicfleet::http
