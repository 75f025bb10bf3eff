// A part of a file as the body of an answer, read in chunks on the file pool. Loop thread.
#pragma once

#include "coordinator/http/message.h"
#include "coordinator/storage/file_pool.h"

#include <filesystem>

namespace musicfleet::http {

class FileBody : public ResponseBody {
 public:
  // `length` bytes from `offset` on. kCorrupt unless the file has `expected_size` bytes, kNotFound where
  // there is none (missing_song.h tells why), kUnavailable where it cannot be opened.
  static Awaitable<std::unique_ptr<ResponseBody>> open(FilePool& pool, std::filesystem::path path,
                                                       std::uint64_t expected_size, std::uint64_t offset,
                                                       std::uint64_t length);
  ~FileBody() override;

  Awaitable<std::string> next() override;

 private:
  FileBody(FilePool& pool, int file, std::uint64_t offset, std::uint64_t length);

  FilePool& pool_;
  int file_;
  std::uint64_t offset_;
  std::uint64_t left_;
};

}  // namespace musicfleet::http
