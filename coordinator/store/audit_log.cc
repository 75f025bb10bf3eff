#include "coordinator/store/audit_log.h"

#include <algorithm>
#include <limits>

namespace musicfleet::store {
namespace {

#define MUSICFLEET_AUDIT_COLUMNS "number, at, actor, action, target, detail, previous, hash"

Sha256 hash_at(const Rows& row, int column) {
  Sha256 hash{};
  const std::string bytes = row.text(column);
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

AuditRow row_of(const Rows& row) {
  return {row.integer(0),
          {row.time(1), row.text(2), row.text(3), row.text(4), row.text(5)},
          hash_at(row, 6),
          hash_at(row, 7)};
}

constexpr char kHead[] = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
constexpr char kInsert[] =
    "INSERT INTO audit (" MUSICFLEET_AUDIT_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr char kPage[] =
    "SELECT " MUSICFLEET_AUDIT_COLUMNS " FROM audit WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
constexpr char kWalk[] =
    "SELECT " MUSICFLEET_AUDIT_COLUMNS " FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2";
constexpr char kHasTable[] = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'audit'";

}  // namespace

Result<AuditRow> AuditLog::append(const AuditRecord& record) {
  AuditRow row{1, record, {}, {}};
  {
    Rows head = MF_TRY(database_.query(kHead));
    if (MF_TRY(head.next())) {
      row.number = head.integer(0) + 1;
      row.previous = hash_at(head, 1);
    }
  }
  row.hash = audit_hash(row.number, record, row.previous);
  MF_TRY(database_.run(kInsert, row.number, record.at, std::string_view(record.actor),
                       std::string_view(record.action), std::string_view(record.target),
                       std::string_view(record.detail_json), row.previous, row.hash));
  return row;
}

Result<AuditPage> AuditLog::page(std::int64_t before, int limit) {
  const std::int64_t below = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  Rows rows = MF_TRY(database_.query(kPage, below, std::int64_t{limit} + 1));
  AuditPage page;
  while (MF_TRY(rows.next())) page.rows.push_back(row_of(rows));
  if (page.rows.size() > static_cast<std::size_t>(limit)) {
    page.rows.pop_back();
    page.next_before = page.rows.back().number;
  }
  return page;
}

Result<bool> AuditLog::walk(AuditChain& chain, std::int64_t after, int limit) {
  Rows rows = MF_TRY(database_.query(kWalk, after, std::int64_t{limit}));
  int taken = 0;
  for (; MF_TRY(rows.next()); ++taken)
    if (!chain.add(row_of(rows))) return false;
  return taken == limit;
}

Result<AuditVerdict> verify_audit_log(const std::filesystem::path& file, std::optional<Sha256> expected) {
  Database database = MF_TRY(Database::open(file, Database::Mode::kReadOnly));
  if (MF_TRY(database.integer(kHasTable)) == 0)
    return fail(ErrorCode::kNotFound, file.string(), " has no audit log: an older build wrote it");
  AuditChain chain(expected);
  MF_TRY(AuditLog(database).walk(chain, 0, std::numeric_limits<int>::max()));
  return chain.verdict();
}

}  // namespace musicfleet::store
