#include "coordinator/store/audit_chain.h"

#include "common/sha256.h"

namespace musicfleet::store {
namespace {

void add_netstring(Sha256Hasher& hasher, std::string_view text) {
  hasher.update(concat(text.size(), ':'));
  hasher.update(text);
  hasher.update(",");
}

}  // namespace

Sha256 audit_hash(std::int64_t number, const AuditRecord& record, const Sha256& previous) {
  Sha256Hasher hasher;
  hasher.update(std::as_bytes(std::span(previous)));
  add_netstring(hasher, concat(number));
  add_netstring(hasher, concat(record.at.time_since_epoch().count()));
  for (const std::string* text : {&record.actor, &record.action, &record.target, &record.detail_json})
    add_netstring(hasher, *text);
  return hasher.finish();
}

bool AuditChain::broken_at(std::int64_t number, std::string reason) {
  verdict_.broken = number;
  verdict_.reason = std::move(reason);
  return false;
}

bool AuditChain::add(const AuditRow& row) {
  if (!verdict_.intact()) return false;
  const std::int64_t wanted = verdict_.rows + 1;
  if (row.number != wanted)
    return broken_at(wanted,
                     concat("row ", wanted, " is missing: row ", row.number, " follows row ", verdict_.rows));
  if (row.previous != verdict_.head)
    return broken_at(wanted, concat("row ", wanted, " does not follow the row before it"));
  if (row.hash != audit_hash(row.number, row.record, row.previous))
    return broken_at(wanted, concat("row ", wanted, " is not what was written: its hash differs"));
  verdict_.rows = row.number;
  verdict_.head = row.hash;
  if (expected_ && *expected_ == row.hash) expected_seen_ = true;
  return true;
}

AuditVerdict AuditChain::verdict() const {
  AuditVerdict verdict = verdict_;
  if (verdict.intact() && expected_ && !expected_seen_)
    verdict.reason = concat("no row has the expected hash ", to_hex(*expected_), ": the log ends at row ",
                            verdict.rows, ", so rows after it were cut off, or all of it was written anew");
  return verdict;
}

}  // namespace musicfleet::store
