// Everything that a database file holds, as text, and whether SQLite finds it whole. Any thread.
#pragma once

#include <filesystem>
#include <string>

namespace musicfleet::store {

// Every row of every table; the error's text where it cannot be read.
std::string dump(const std::filesystem::path& file);
// "ok", or what PRAGMA integrity_check and foreign_key_check say.
std::string integrity_of(const std::filesystem::path& file);

}  // namespace musicfleet::store
