// The temporary file that an upload is collected in, hashed as it grows. Every call blocks on the disk: call
// it on a file pool's thread, one call at a time.
#pragma once

#include "common/sha256.h"

#include <filesystem>

namespace musicfleet::http {

class UploadFile {
 public:
  UploadFile() = default;
  UploadFile(UploadFile&& other) noexcept;
  UploadFile& operator=(UploadFile&& other) noexcept;
  ~UploadFile();

  // A new file, or an emptied one that an earlier attempt left.
  static Result<UploadFile> create(const std::filesystem::path& path);

  Result<> append(std::span<const std::byte> bytes);
  // Closes; the hash of everything appended. Whoever publishes the file fsyncs it.
  Result<Sha256> finish();

 private:
  void close();

  int file_ = -1;
  Sha256Hasher hasher_;
};

}  // namespace musicfleet::http
