// A provider's key, from a file that nobody else may read. A key never travels in a command line, an
// environment or a log. Any thread; blocks on the disk.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>

namespace musicfleet::providers {

// Errors as of read_secret_file(); kCorrupt also for what cannot be one key in a header: other characters
// than printable ones, more than 512 of them. Errors never quote what is in the file.
Result<std::string> read_key(const std::filesystem::path& file);

}  // namespace musicfleet::providers
