// What binds the rows of the audit log to each other, and the check that they still are: pure functions of
// rows in their order. Shows what was changed inside the log; that its end was cut off, or that all of it was
// written anew, shows only against a hash that was noted elsewhere. Any thread.
#pragma once

#include "common/fleet_messages.h"
#include "common/result.h"
#include "coordinator/job.h"

#include <optional>

namespace musicfleet::store {

// One thing that an operator did.
struct AuditRecord {
  WallTime at{};
  std::string actor;   // the name of the admin key
  std::string action;  // "api_key.add"
  std::string target;  // what it was done to: an id or a name
  std::string detail_json = "{}";
};

struct AuditRow {
  std::int64_t number = 0;  // from 1, without gaps
  AuditRecord record;
  Sha256 previous{};  // the hash of the row before it; zeros before the first
  Sha256 hash{};
};

// SHA-256 over `previous` (32 bytes), then number, time (milliseconds since 1970), actor, action, target and
// detail, each as "LENGTH:BYTES," with numbers in decimal (https://cr.yp.to/proto/netstrings.txt).
Sha256 audit_hash(std::int64_t number, const AuditRecord& record, const Sha256& previous);

// What a walk over the whole log found.
struct AuditVerdict {
  std::int64_t rows = 0;               // that hold, from the first
  Sha256 head{};                       // hash of the last of them; zeros where there is none
  std::optional<std::int64_t> broken;  // number of the first row that does not hold
  std::string reason;                  // what is wrong; empty where all is well
  bool intact() const { return reason.empty(); }
};

class AuditChain {
 public:
  // `expected` is a hash that the log had as its head at some time: it must still be in it.
  explicit AuditChain(std::optional<Sha256> expected = {}) : expected_(expected) {}

  // Takes the next row; false once a row does not hold, after which nothing more is looked at.
  bool add(const AuditRow& row);
  // After the last row.
  AuditVerdict verdict() const;

 private:
  bool broken_at(std::int64_t number, std::string reason);

  std::optional<Sha256> expected_;
  bool expected_seen_ = false;
  AuditVerdict verdict_;
};

}  // namespace musicfleet::store
