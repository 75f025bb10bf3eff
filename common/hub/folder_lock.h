// One fetch at a time in a folder: an advisory lock (flock) on the folder itself, which the kernel takes back
// when the process ends, however that is. Held while the object lives. Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>

namespace musicfleet {

class FolderLock {
 public:
  // kConflict where another process holds it.
  static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace musicfleet
