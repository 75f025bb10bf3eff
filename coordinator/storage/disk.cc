#include "coordinator/storage/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

Failure disk_failure(std::string_view doing, const fs::path& path, int error,
                     ErrorCode code = ErrorCode::kUnavailable) {
  return fail(code, doing, " ", path, ": ", std::strerror(error));
}

// `missing`: what it is where there is no such path.
Result<> sync(const fs::path& path, int flags, ErrorCode missing) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0)
    return disk_failure("cannot open", path, errno, errno == ENOENT ? missing : ErrorCode::kUnavailable);
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (error != 0) return disk_failure("cannot fsync", path, error);
  return {};
}

}  // namespace

Result<bool> PosixDisk::make_folder(const fs::path& folder) const {
  // Not create_directory, which looks again at what exists: it may be gone by then.
  if (::mkdir(folder.c_str(), 0777) == 0) return true;
  if (errno == EEXIST) return false;
  return disk_failure("cannot create", folder, errno);
}

Result<> PosixDisk::sync_file(const fs::path& file) const {
  return sync(file, O_RDONLY, ErrorCode::kUnavailable);
}

Result<> PosixDisk::sync_folder(const fs::path& folder) const {
  return sync(folder, O_RDONLY | O_DIRECTORY, ErrorCode::kNotFound);
}

Result<> PosixDisk::rename(const fs::path& from, const fs::path& to) const {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) return fail(ErrorCode::kConflict, to, " exists already");
  return disk_failure("cannot rename to", to, errno,
                      errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable);
}

Result<bool> PosixDisk::remove_file(const fs::path& file) const {
  if (::unlink(file.c_str()) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return disk_failure("cannot remove", file, errno);
}

void PosixDisk::remove_empty_folder(const fs::path& folder) const { ::rmdir(folder.c_str()); }

Result<std::vector<std::string>> PosixDisk::names(const fs::path& folder) const {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    found.push_back(entry->path().filename().string());
  if (error && error != std::errc::no_such_file_or_directory)
    return disk_failure("cannot list", folder, error.value());
  return found;
}

}  // namespace musicfleet
