#include "common/hub/partial_file.h"

#include "common/hub/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPathDigits = 8;

// Two files of the same content do not share a partial one.
fs::path name_of(const RepoFile& file) {
  return concat(file.key(), "-", to_hex(sha256(file.path)).substr(0, kPathDigits), ".part");
}

fs::path etag_path(const fs::path& path) { return fs::path(path).replace_extension(".etag"); }

Failure cannot_write(const fs::path& path) {
  return fail(ErrorCode::kInternal, "cannot write ", path.string(), ": ", std::strerror(errno));
}

}  // namespace

PartialFile::PartialFile(fs::path path, const RepoFile& file, int fd)
    : path_(std::move(path)), file_(file), fd_(fd), check_(file) {}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::move(other.file_)),
      fd_(std::exchange(other.fd_, -1)),
      check_(std::move(other.check_)),
      etag_(std::move(other.etag_)) {}

PartialFile::~PartialFile() {
  if (fd_ < 0) return;
  if (offset() == 0) {  // there is nothing to go on from
    ::unlink(path_.c_str());
    ::unlink(etag_path(path_).c_str());
  }
  ::close(fd_);
}

std::uint64_t PartialFile::bytes_in(const fs::path& folder, const RepoFile& file) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(folder / name_of(file), failed);
  return failed || size > file.size ? 0 : size;
}

Result<PartialFile> PartialFile::open(const fs::path& folder, const RepoFile& file,
                                      const std::stop_token& stop) {
  const fs::path path = folder / name_of(file);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return cannot_write(path);
  PartialFile partial(path, file, fd);
  MF_CHECK(partial.read_what_is_there(stop));
  return partial;
}

Result<> PartialFile::read_what_is_there(const std::stop_token& stop) {
  MF_CHECK(read_pieces(path_, [&](std::string_view bytes) {
    check_.update(bytes);
    return check_.bytes() <= file_.size && !stop.stop_requested();
  }));
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
  if (check_.bytes() > file_.size) return start_over();
  if (::lseek(fd_, static_cast<off_t>(check_.bytes()), SEEK_SET) < 0) return cannot_write(path_);
  std::ifstream(etag_path(path_)) >> etag_;
  return {};
}

Result<> PartialFile::start_over() {
  if (::ftruncate(fd_, 0) != 0 || ::lseek(fd_, 0, SEEK_SET) < 0) return cannot_write(path_);
  check_ = ContentCheck(file_);
  etag_.clear();
  return remove_durably(etag_path(path_));
}

Result<> PartialFile::set_etag(std::string_view etag) {
  const bool strong = etag.size() > 2 && etag.front() == '"' && etag.find(' ') == etag.npos;
  if (etag_ == (strong ? etag : "")) return {};
  etag_ = strong ? etag : "";
  std::ofstream file(etag_path(path_), std::ios::trunc);
  file << etag_;
  file.close();
  return file ? Result<>() : cannot_write(etag_path(path_));
}

Result<> PartialFile::append(std::string_view bytes) {
  if (bytes.size() > file_.size - offset())
    return fail(ErrorCode::kCorrupt, file_.path, ": the hub sends more than the ", file_.size,
                " bytes of its list");
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t written = ::write(fd_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(path_);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  check_.update(bytes);
  return {};
}

Result<std::string> PartialFile::publish(const fs::path& target) {
  Result<std::string> sha256 = check_.finish();
  if (!sha256) {
    MF_CHECK(start_over());
    return sha256;
  }
  if (::fsync(fd_) != 0) return cannot_write(path_);
  MF_CHECK(make_folder(target.parent_path()));
  MF_CHECK(rename_durably(path_, target));
  std::error_code ignored;
  fs::remove(etag_path(path_), ignored);
  return sha256;
}

}  // namespace musicfleet
