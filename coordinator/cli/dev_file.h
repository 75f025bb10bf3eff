// dev.json: how to reach the fleet that `musicfleet dev` runs, with its keys. Readable by its owner only. One
// thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>

namespace musicfleet::cli {

struct DevFile {
  static constexpr const char* kName = "dev.json";
  static constexpr const char* kDefaultFolder = "musicfleet-dev";

  std::string url;
  std::string api_key;
  std::string admin_url;
  std::string admin_key;
};

// kForbidden where others than its owner may read it.
Result<DevFile> read_dev_file(const std::filesystem::path& path);

// Replaces the file in one step: a reader sees all of it or the one before.
Result<> write_dev_file(const std::filesystem::path& path, const DevFile& file);

// Replaces `path` in one step by a file that only its owner may read (0600).
Result<> write_private_file(const std::filesystem::path& path, std::string_view text);

}  // namespace musicfleet::cli
