// A file that is being written beside its destination: it takes the destination's name when it is complete
// and is removed otherwise, so that nobody ever sees half of it. One thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>

namespace musicfleet {

class UnfinishedFile {
 public:
  // Nothing is created; `path()` is where to write.
  explicit UnfinishedFile(std::filesystem::path destination);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Renames it to the destination, replacing a file there; its size in bytes.
  Result<std::uint64_t> finish();

 private:
  std::filesystem::path destination_;
  std::filesystem::path path_;
};

}  // namespace musicfleet
