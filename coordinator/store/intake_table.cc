#include "coordinator/store/intake_table.h"

namespace musicfleet::store {

constexpr char kSelect[] = "SELECT paused_at, reason FROM intake WHERE id = 1";
constexpr char kUpdate[] = "UPDATE intake SET paused_at = ?1, reason = ?2 WHERE id = 1";

Result<IntakeRow> IntakeTable::read() {
  Rows rows = MF_TRY(database_.query(kSelect));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kCorrupt, "the table intake has lost its row");
  return IntakeRow{rows.optional_time(0), rows.text(1)};
}

Result<> IntakeTable::write(const IntakeRow& row) {
  const int changed = MF_TRY(database_.run(kUpdate, row.paused_at, std::string_view(row.reason)));
  if (changed != 1) return fail(ErrorCode::kCorrupt, "the table intake has lost its row");
  return {};
}

}  // namespace musicfleet::store
