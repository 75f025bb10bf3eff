// What keeps the database in shape while it is in use: its write-ahead log is emptied, its pages are looked
// through, free pages are given back. Each of the functions over a file opens a connection of its own and may
// take long: call it on a thread that may block, one call at a time.
#pragma once

#include "coordinator/store/database.h"

#include <stop_token>

namespace musicfleet::store {

// Bytes of the write-ahead log; 0 where there is none.
std::uintmax_t wal_bytes(const std::filesystem::path& file);

// Takes the log into the database and empties it; whether it is empty now. It is not while somebody reads
// what only the log has. Waits for readers, and lets commits wait, at most `patience`.
Result<bool> empty_wal(const std::filesystem::path& file, std::chrono::milliseconds patience);

// PRAGMA quick_check in a transaction of its own; kCorrupt with what it found first, kCancelled once `stop`
// is requested.
Result<> check_pages(const std::filesystem::path& file, const std::stop_token& stop = {});

// Gives at most `pages` free pages back to the file system, within the caller's transaction; how many there
// still are to give. Databases that were made without incremental vacuum keep theirs for rows to come, until
// they are restored from a backup: 0.
Result<std::int64_t> give_back_pages(Database& database, int pages);

}  // namespace musicfleet::store
