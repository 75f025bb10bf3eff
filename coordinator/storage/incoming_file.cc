#include "coordinator/storage/incoming_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace musicfleet {
namespace {

Failure disk_failure(std::string_view doing, int error) {
  return fail(ErrorCode::kUnavailable, "cannot ", doing, " a song that arrives: ", std::strerror(error));
}

}  // namespace

IncomingFile::IncomingFile(IncomingFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), hasher_(std::move(other.hasher_)) {}

IncomingFile& IncomingFile::operator=(IncomingFile&& other) noexcept {
  if (this != &other) {
    close();
    file_ = std::exchange(other.file_, -1);
    hasher_ = std::move(other.hasher_);
  }
  return *this;
}

IncomingFile::~IncomingFile() { close(); }

void IncomingFile::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

Result<IncomingFile> IncomingFile::create(const std::filesystem::path& path) {
  IncomingFile incoming;
  incoming.file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (incoming.file_ < 0) return disk_failure("store", errno);
  return incoming;
}

Result<> IncomingFile::append(std::span<const std::byte> bytes) {
  hasher_.update(bytes);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failure("write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<Sha256> IncomingFile::finish() {
  if (::close(std::exchange(file_, -1)) != 0) return disk_failure("close", errno);
  return hasher_.finish();
}

}  // namespace musicfleet
