#include "coordinator/http/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace musicfleet::http {
namespace {

constexpr std::uint64_t kChunkBytes = 256 * 1024;

Result<int> open_checked(const std::filesystem::path& path, std::uint64_t expected_size) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return fail(ErrorCode::kNotFound, path, " is not there");
  if (file < 0) return fail(ErrorCode::kUnavailable, "cannot open ", path, ": ", std::strerror(errno));
  struct stat status {};
  if (::fstat(file, &status) == 0 && static_cast<std::uint64_t>(status.st_size) == expected_size) return file;
  ::close(file);
  return fail(ErrorCode::kCorrupt, path, " has ", status.st_size, " bytes instead of ", expected_size);
}

Result<std::string> read_chunk(int file, std::uint64_t offset, std::size_t length) {
  std::string chunk(length, '\0');
  ssize_t n = 0;
  do n = ::pread(file, chunk.data(), length, static_cast<off_t>(offset));
  while (n < 0 && errno == EINTR);
  if (n < 0) return fail(ErrorCode::kUnavailable, "cannot read a song's file: ", std::strerror(errno));
  if (n == 0) return fail(ErrorCode::kCorrupt, "a song's file became shorter while it was read");
  chunk.resize(static_cast<std::size_t>(n));
  return chunk;
}

}  // namespace

FileBody::FileBody(FilePool& pool, int file, std::uint64_t offset, std::uint64_t length)
    : pool_(pool), file_(file), offset_(offset), left_(length) {}

FileBody::~FileBody() { ::close(file_); }

Awaitable<std::unique_ptr<ResponseBody>> FileBody::open(FilePool& pool, std::filesystem::path path,
                                                        std::uint64_t expected_size, std::uint64_t offset,
                                                        std::uint64_t length) {
  const auto work = [&] { return open_checked(path, expected_size); };
  const Result<int> file = co_await pool.compute(work);
  if (!file) co_return Failure(file.error());
  co_return std::unique_ptr<ResponseBody>(new FileBody(pool, *file, offset, length));
}

Awaitable<std::string> FileBody::next() {
  if (left_ == 0) co_return std::string();
  const auto work = [this] {
    return read_chunk(file_, offset_, static_cast<std::size_t>(std::min(left_, kChunkBytes)));
  };
  Result<std::string> chunk = co_await pool_.compute(work);
  if (chunk) {
    offset_ += chunk->size();
    left_ -= chunk->size();
  }
  co_return chunk;
}

}  // namespace musicfleet::http
