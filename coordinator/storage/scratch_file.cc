#include "coordinator/storage/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace musicfleet {
namespace {

Failure disk_failure(std::string_view doing, int error) {
  return fail(ErrorCode::kUnavailable, "cannot ", doing, " a temporary file: ", std::strerror(error));
}

}  // namespace

Result<ScratchFile> ScratchFile::create(const std::filesystem::path& folder) {
  std::string path = (folder / "scratch.XXXXXX").string();
  const int file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return disk_failure("create", errno);
  ScratchFile scratch(file);
  if (::unlink(path.c_str()) != 0) return disk_failure("unlink", errno);
  return scratch;
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  if (this != &other) {
    close();
    file_ = std::exchange(other.file_, -1);
    size_ = other.size_;
  }
  return *this;
}

ScratchFile::~ScratchFile() { close(); }

void ScratchFile::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

Result<> ScratchFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failure("write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    size_ += static_cast<std::uint64_t>(n);
  }
  return {};
}

Result<std::size_t> ScratchFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n =
        ::pread(file_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failure("read", errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

}  // namespace musicfleet
