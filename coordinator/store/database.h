// A connection to the SQLite database, and the rows of a query. Thin: errors become Results, statements are
// prepared once, everything is closed by itself; SQL and its meaning belong to the callers. One thread at a
// time.
#pragma once

#include "common/result.h"
#include "coordinator/job.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace musicfleet::store {

// The result rows of a running query; gives its statement back when it goes.
class Rows {
 public:
  Rows(sqlite3* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  // Goes to the next row; false after the last.
  Result<bool> next();

  // Columns of the current row, from 0.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;   // of a blob: its bytes
  std::size_t bytes(int column) const;  // of the text
  WallTime time(int column) const { return WallTime(std::chrono::milliseconds(integer(column))); }
  std::optional<WallTime> optional_time(int column) const;

  // Parameters, from 1.
  void bind(int parameter, std::nullptr_t);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view value);
  void bind(int parameter, const Sha256& value);  // as a blob
  void bind(int parameter, WallTime value) {
    bind(parameter, std::int64_t{value.time_since_epoch().count()});
  }
  template <class T>
  void bind(int parameter, const std::optional<T>& value) {
    value ? bind(parameter, *value) : bind(parameter, nullptr);
  }
  template <class Tag>
  void bind(int parameter, const Id<Tag>& value) {
    bind(parameter, std::string_view(value.value));
  }

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // Opens (kReadWrite: or creates) the file with WAL, synchronous=FULL and foreign keys on; a new file can
  // give pages back (upkeep.h). `vfs` names a layer that SQLite is to reach its files through; null: its own.
  static Result<Database> open(const std::filesystem::path& file, Mode mode, const char* vfs = nullptr);
  Database(Database&&) noexcept = default;
  Database& operator=(Database&&) noexcept = default;

  // Runs a script of statements without parameters.
  Result<> execute(const char* script);
  // Starts a query. `sql` lives as long as the program: its statement is kept under its address.
  template <class... Args>
  Result<Rows> query(const char* sql, const Args&... args) {
    Rows rows = MF_TRY(start(sql));
    int parameter = 0;
    (rows.bind(++parameter, args), ...);
    return rows;
  }
  // Runs a statement that gives no rows; the number of rows that it changed.
  template <class... Args>
  Result<int> run(const char* sql, const Args&... args) {
    Rows rows = MF_TRY(query(sql, args...));
    MF_TRY(rows.next());
    return changes();
  }
  // Rows that statements have changed since it was opened, taken back or not.
  std::int64_t total_changes() const;
  bool in_transaction() const;
  // What runs ends with kCancelled once `stop` is requested; it outlives the connection.
  void end_with(const std::stop_token& stop);
  // The statements that it has prepared so far, e.g. to ask SQLite how it carries them out.
  std::vector<std::string> prepared() const;
  // The first column of the first row, e.g. of a PRAGMA; kNotFound without rows.
  Result<std::int64_t> integer(const char* sql);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit Database(sqlite3* connection) : connection_(connection) {}
  Result<Rows> start(const char* sql);
  int changes() const;

  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace musicfleet::store
