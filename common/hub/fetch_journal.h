// Which files the fetches into a folder may have given it since it was last whole: their paths, one a line,
// beside the partial files. Written before the first of them arrives, so that whatever an interrupted fetch
// leaves is known to the one that completes the folder. Gone with the folder of partial files. One thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <set>
#include <string>

namespace musicfleet {

// The paths, relative to the model's folder; none without a journal. kInternal; kCorrupt for a path that
// leaves the folder.
Result<std::set<std::string>> read_journal(const std::filesystem::path& partial_folder);

// In place of the one that is there: the old one or the new one survives a power cut. kInternal.
Result<> write_journal(const std::filesystem::path& partial_folder, const std::set<std::string>& paths);

// kInternal.
Result<> remove_journal(const std::filesystem::path& partial_folder);

}  // namespace musicfleet
