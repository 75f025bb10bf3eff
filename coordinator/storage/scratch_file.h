// Bytes on the disk that are needed for a while and by this process only: the file has no name, and is gone
// when it is closed, however the process ends. append() and read() block on the disk: call them on a thread
// that may, one call at a time.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace musicfleet {

class ScratchFile {
 public:
  // On the disk of `folder`, which exists. kUnavailable where the disk refuses it.
  static Result<ScratchFile> create(const std::filesystem::path& folder);

  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;
  ~ScratchFile();

  Result<> append(std::span<const std::byte> bytes);
  // From `offset` on; fewer than fit at the end of the file only.
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const;
  std::uint64_t size() const { return size_; }

 private:
  explicit ScratchFile(int file) : file_(file) {}
  void close();

  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace musicfleet
