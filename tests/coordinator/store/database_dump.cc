#include "tests/coordinator/store/database_dump.h"

#include <sqlite3.h>

#include <vector>

namespace musicfleet::store {
namespace {

// The rows of a query, one a line.
std::string rows_of(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* connection = nullptr;
  std::string text;
  const auto append = [](void* to, int columns, char** values, char**) {
    auto& line = *static_cast<std::string*>(to);
    for (int i = 0; i < columns; ++i) line += std::string(i ? "|" : "") + (values[i] ? values[i] : "NULL");
    line += '\n';
    return 0;
  };
  if (sqlite3_open_v2(file.c_str(), &connection, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK ||
      // What looking at it writes need not survive.
      sqlite3_exec(connection, "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_exec(connection, sql.c_str(), append, &text, nullptr) != SQLITE_OK)
    text += std::string("error: ") + sqlite3_errmsg(connection) + '\n';
  sqlite3_close(connection);
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    lines.push_back(text.substr(begin, end - begin));
  return lines;
}

}  // namespace

std::string dump(const std::filesystem::path& file) {
  const std::string tables = rows_of(
      file, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name");
  std::string text = tables;
  // The first columns are each table's key.
  for (const std::string& table : lines_of(tables))
    text += table + ":\n" + rows_of(file, "SELECT * FROM " + table + " ORDER BY 1, 2");
  return text;
}

std::string integrity_of(const std::filesystem::path& file) {
  std::string found = rows_of(file, "PRAGMA integrity_check; PRAGMA foreign_key_check");
  if (!found.empty()) found.pop_back();
  return found;
}

}  // namespace musicfleet::store
