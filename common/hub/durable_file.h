// Files that are whole or not there: bytes reach the disk before a name does. Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string_view>

namespace musicfleet {

// Writes beside `path`, syncs, renames, syncs the folder. kInternal.
Result<> write_durably(const std::filesystem::path& path, std::string_view bytes);

// Gives the synced file `from` the name `to`, whatever had it, and makes that last. kInternal.
Result<> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// Takes the file away, if it is there, and makes that last. kInternal.
Result<> remove_durably(const std::filesystem::path& path);

// Makes the folder and those above it. kInternal.
Result<> make_folder(const std::filesystem::path& folder);

}  // namespace musicfleet
