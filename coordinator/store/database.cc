#include "coordinator/store/database.h"

#include <sqlite3.h>

#include <utility>

namespace musicfleet::store {
namespace {

constexpr int kBusyTimeoutMs = 5'000;
// 64 MiB of pages in memory hold the upper levels of the indexes of millions of jobs. A checkpoint, which
// writes each page once however often it was committed, comes every 16 MiB of log.
constexpr char kWriterSettings[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; "
    "PRAGMA wal_autocheckpoint = 4096; PRAGMA temp_store = MEMORY";
constexpr int kStepsBetweenLooks = 10'000;

Failure failure(sqlite3* connection, std::string_view doing) {
  ErrorCode code = ErrorCode::kInternal;
  switch (sqlite3_errcode(connection) & 0xff) {
    case SQLITE_CONSTRAINT:
      code = ErrorCode::kConflict;
      break;
    case SQLITE_INTERRUPT:
      code = ErrorCode::kCancelled;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      code = ErrorCode::kCorrupt;
      break;
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      code = ErrorCode::kUnavailable;
      break;
  }
  return fail(code, doing, ": ", sqlite3_errmsg(connection));
}

}  // namespace

Rows::Rows(Rows&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Rows::~Rows() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Rows::next() {
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return failure(connection_, "database");
}

bool Rows::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Rows::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::size_t Rows::bytes(int column) const {
  return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
}

std::optional<WallTime> Rows::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

void Rows::bind(int parameter, std::nullptr_t) { sqlite3_bind_null(statement_, parameter); }

void Rows::bind(int parameter, std::int64_t value) { sqlite3_bind_int64(statement_, parameter, value); }

void Rows::bind(int parameter, std::string_view value) {
  // A null pointer would bind NULL: an empty text is "".
  sqlite3_bind_text64(statement_, parameter, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Rows::bind(int parameter, const Sha256& value) {
  sqlite3_bind_blob(statement_, parameter, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<Database> Database::open(const std::filesystem::path& file, Mode mode, const char* vfs) {
  // SQLite's count of the bytes that it holds takes a lock at every allocation, and nobody asks for it. Only
  // before its first use can it be switched off.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int flags =
      mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* connection = nullptr;
  const int status = sqlite3_open_v2(file.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, vfs);
  Database database(connection);
  if (status != SQLITE_OK) return failure(connection, file.string());
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  if (auto set = database.execute("PRAGMA foreign_keys = ON"); !set) return Failure(set.error());
  if (mode == Mode::kReadOnly) return database;
  // Only a new file can be given incremental vacuum; asking for it again would wait for the writer.
  const auto pages = database.integer("PRAGMA page_count");
  const bool is_new = pages && *pages == 0;
  for (const char* pragma : {is_new ? "PRAGMA auto_vacuum = INCREMENTAL" : "", kWriterSettings})
    if (auto set = database.execute(pragma); !set)
      return fail(set.error().code, file.string(), ": ", set.error().message);
  return database;
}

Result<> Database::execute(const char* script) {
  if (sqlite3_exec(connection_.get(), script, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure(connection_.get(), "database");
  return {};
}

void Database::end_with(const std::stop_token& stop) {
  const auto stopped = [](void* token) -> int {
    return static_cast<const std::stop_token*>(token)->stop_requested();
  };
  sqlite3_progress_handler(connection_.get(), kStepsBetweenLooks, stopped,
                           const_cast<std::stop_token*>(&stop));
}

Result<std::int64_t> Database::integer(const char* sql) {
  Rows rows = MF_TRY(query(sql));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kNotFound, sql, " gave no row");
  return rows.integer(0);
}

Result<Rows> Database::start(const char* sql) {
  auto& statement = statements_[sql];
  if (!statement) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) !=
        SQLITE_OK)
      return failure(connection_.get(), sql);
    statement.reset(prepared);
  }
  return Rows(connection_.get(), statement.get());
}

std::int64_t Database::total_changes() const { return sqlite3_total_changes64(connection_.get()); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

std::vector<std::string> Database::prepared() const {
  std::vector<std::string> all;
  for (const auto& entry : statements_) all.emplace_back(entry.first);
  return all;
}

int Database::changes() const { return sqlite3_changes(connection_.get()); }

}  // namespace musicfleet::store
