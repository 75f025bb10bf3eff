#include "coordinator/storage/audio_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

Failure disk_failure(std::string_view doing, const fs::path& path, int error) {
  return fail(ErrorCode::kUnavailable, doing, " ", path, ": ", std::strerror(error));
}

Result<> sync(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return disk_failure("cannot open", path, errno);
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (error != 0) return disk_failure("cannot fsync", path, error);
  return {};
}

// "songs/<job>/<file>", each part a plain name.
bool is_object_key(const std::string& object) {
  const fs::path path(object);
  if (std::distance(path.begin(), path.end()) != 3 || *path.begin() != "songs") return false;
  return std::all_of(path.begin(), path.end(), [](const fs::path& part) {
    const std::string& name = part.native();
    return !name.empty() && name.front() != '.' && name.find('\0') == std::string::npos;
  });
}

}  // namespace

AudioStore::AudioStore(fs::path root) : root_(std::move(root)) {}

Result<AudioStore> AudioStore::open(const fs::path& root) {
  AudioStore store(root);
  std::error_code error;
  for (const fs::path& folder : {root / "songs", store.incoming()}) {
    fs::create_directories(folder, error);
    if (error) return disk_failure("cannot create", folder, error.value());
  }
  MF_CHECK(sync(root, O_RDONLY | O_DIRECTORY));
  MF_CHECK(store.sweep());
  return store;
}

fs::path AudioStore::incoming() const { return root_ / "incoming"; }

Result<> AudioStore::sweep() const {
  std::error_code error;
  for (fs::directory_iterator entry(incoming(), error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().extension() == ".part") fs::remove(entry->path(), ignored);
  }
  if (error) return disk_failure("cannot list", incoming(), error.value());
  return {};
}

fs::path AudioStore::temporary_path(const JobId& job, Epoch epoch, std::uint64_t upload) const {
  return incoming() / concat(job, ".", epoch, ".", upload, ".part");
}

std::string AudioStore::object_key(const JobId& job, Epoch epoch, AudioContainer container) const {
  return concat("songs/", job, "/", epoch, ".", name_of(container));
}

fs::path AudioStore::path_of(const std::string& object) const { return root_ / object; }

Result<> AudioStore::publish(const fs::path& temporary, const std::string& object) const {
  if (!is_object_key(object)) return fail(ErrorCode::kInvalidArgument, object, " is not an object key");
  const fs::path path = path_of(object);
  MF_CHECK(sync(temporary, O_RDONLY));
  std::error_code error;
  fs::create_directory(path.parent_path(), error);
  if (error) return disk_failure("cannot create", path.parent_path(), error.value());
  if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return fail(ErrorCode::kConflict, "object ", object, " exists already");
    return disk_failure("cannot rename to", path, errno);
  }
  MF_CHECK(sync(path.parent_path(), O_RDONLY | O_DIRECTORY));
  return sync(path.parent_path().parent_path(), O_RDONLY | O_DIRECTORY);
}

Result<> AudioStore::remove(const std::string& object) const {
  if (!is_object_key(object)) return fail(ErrorCode::kInvalidArgument, object, " is not an object key");
  const fs::path path = path_of(object);
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    return disk_failure("cannot remove", path, errno);
  }
  MF_CHECK(sync(path.parent_path(), O_RDONLY | O_DIRECTORY));
  ::rmdir(path.parent_path().c_str());  // succeeds once the job's last object is gone
  return {};
}

}  // namespace musicfleet
