#include "coordinator/store/upkeep.h"

#include <algorithm>

namespace musicfleet::store {
namespace {

constexpr std::int64_t kIncremental = 2;

}  // namespace

std::uintmax_t wal_bytes(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file.string() + "-wal", error);
  return error ? 0 : bytes;
}

Result<bool> empty_wal(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  Database database = MF_TRY(Database::open(file, Database::Mode::kReadWrite));
  MF_CHECK(database.execute(concat("PRAGMA busy_timeout = ", patience.count()).c_str()));
  return MF_TRY(database.integer("PRAGMA wal_checkpoint(TRUNCATE)")) == 0;
}

Result<> check_pages(const std::filesystem::path& file, const std::stop_token& stop) {
  Database database = MF_TRY(Database::open(file, Database::Mode::kReadOnly));
  database.end_with(stop);
  Rows rows = MF_TRY(database.query("PRAGMA quick_check(1)"));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kCorrupt, file.string(), " cannot be checked");
  if (const std::string found = rows.text(0); found != "ok")
    return fail(ErrorCode::kCorrupt, file.string(), ": ", found);
  return {};
}

Result<std::int64_t> give_back_pages(Database& database, int pages) {
  if (MF_TRY(database.integer("PRAGMA auto_vacuum")) != kIncremental) return 0;
  MF_CHECK(database.execute(concat("PRAGMA incremental_vacuum(", pages, ")").c_str()));
  return database.integer("PRAGMA freelist_count");
}

}  // namespace musicfleet::store
