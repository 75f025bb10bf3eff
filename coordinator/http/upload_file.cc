#include "coordinator/http/upload_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace musicfleet::http {
namespace {

Failure disk_failure(std::string_view doing, int error) {
  return fail(ErrorCode::kUnavailable, "cannot ", doing, " an upload: ", std::strerror(error));
}

}  // namespace

UploadFile::UploadFile(UploadFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), hasher_(std::move(other.hasher_)) {}

UploadFile& UploadFile::operator=(UploadFile&& other) noexcept {
  if (this != &other) {
    close();
    file_ = std::exchange(other.file_, -1);
    hasher_ = std::move(other.hasher_);
  }
  return *this;
}

UploadFile::~UploadFile() { close(); }

void UploadFile::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

Result<UploadFile> UploadFile::create(const std::filesystem::path& path) {
  UploadFile upload;
  upload.file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (upload.file_ < 0) return disk_failure("store", errno);
  return upload;
}

Result<> UploadFile::append(std::span<const std::byte> bytes) {
  hasher_.update(bytes);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failure("write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<Sha256> UploadFile::finish() {
  if (::close(std::exchange(file_, -1)) != 0) return disk_failure("close", errno);
  return hasher_.finish();
}

}  // namespace musicfleet::http
