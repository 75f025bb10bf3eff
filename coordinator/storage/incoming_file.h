// A temporary file in which a song is collected as it arrives, hashed as it grows: an upload of a worker, a
// song that was bought. Every call blocks on the disk: call it on a thread that may, one call at a time.
#pragma once

#include "common/sha256.h"

#include <filesystem>

namespace musicfleet {

class IncomingFile {
 public:
  IncomingFile() = default;
  IncomingFile(IncomingFile&& other) noexcept;
  IncomingFile& operator=(IncomingFile&& other) noexcept;
  ~IncomingFile();

  // A new file, or an emptied one that an earlier attempt left.
  static Result<IncomingFile> create(const std::filesystem::path& path);

  Result<> append(std::span<const std::byte> bytes);
  // Closes; the hash of everything appended. Whoever publishes the file fsyncs it.
  Result<Sha256> finish();

 private:
  void close();

  int file_ = -1;
  Sha256Hasher hasher_;
};

}  // namespace musicfleet
