#include "common/hub/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

Failure cannot(std::string_view what, const fs::path& path) {
  return fail(ErrorCode::kInternal, "cannot ", what, " ", path.string(), ": ", std::strerror(errno));
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

Result<> sync_folder(const fs::path& folder) {
  const Descriptor descriptor(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) return cannot("sync", folder);
  return {};
}

}  // namespace

Result<> write_durably(const fs::path& path, std::string_view bytes) {
  const fs::path unfinished = path.string() + ".part";
  {
    const Descriptor file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.get() < 0) return cannot("write", unfinished);
    while (!bytes.empty()) {
      const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return cannot("write", unfinished);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) return cannot("sync", unfinished);
  }
  return rename_durably(unfinished, path);
}

Result<> rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return cannot("write", to);
  return sync_folder(to.parent_path());
}

Result<> remove_durably(const fs::path& path) {
  if (::unlink(path.c_str()) == 0) return sync_folder(path.parent_path());
  if (errno == ENOENT || errno == ENOTDIR) return {};
  return cannot("remove", path);
}

Result<> make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return fail(ErrorCode::kInternal, "cannot make ", folder.string(), ": ", failed.message());
  return {};
}

}  // namespace musicfleet
