// Secrets in files: read only where nobody but their owner can. Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>

namespace musicfleet {

// What is in the file, without the white space around it. kForbidden, with the command that mends it, where
// others than the owner may read or write it, and for a folder; kInvalidArgument where it cannot be read,
// kCorrupt where it is empty or has more than 64 KiB. A pipe, as of `<(pass show key)`, is read too.
Result<std::string> read_secret_file(const std::filesystem::path& path);

}  // namespace musicfleet
