// What an operator does with backups on the coordinator's own machine: takes one beside the running process,
// checks one, puts one back while nothing runs. Each blocks and answers with a sentence for people. Any
// thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>

namespace musicfleet {

// A backup of the database of `data_dir` in `folder`, which does not exist yet. A coordinator may run on it.
Result<std::string> back_up(const std::filesystem::path& data_dir, const std::filesystem::path& folder);

Result<std::string> verify_backup(const std::filesystem::path& folder);

// kConflict while a coordinator runs on `data_dir`.
Result<std::string> restore(const std::filesystem::path& data_dir, const std::filesystem::path& folder);

}  // namespace musicfleet
