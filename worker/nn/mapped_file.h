// A file mapped read-only into memory: its pages are read when they are touched and shared between processes.
// Immutable after opening, any thread.
#pragma once

#include "common/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace musicfleet::nn {

class MappedFile {
 public:
  // Errors: kNotFound, kUnavailable; the message names the file and the system's reason.
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile(std::filesystem::path path, const std::byte* data, std::size_t size);

  std::filesystem::path path_;
  const std::byte* data_;
  std::size_t size_;
};

}  // namespace musicfleet::nn
