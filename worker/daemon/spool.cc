#include "worker/daemon/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace musicfleet::daemon {

namespace fs = std::filesystem;

Result<Spool> Spool::open(const fs::path& folder) {
  const fs::path songs = folder / "songs";
  std::error_code error;
  fs::create_directories(songs, error);
  if (error)
    return fail(ErrorCode::kUnavailable, "cannot make spool folder ", songs.string(), ": ", error.message());
  const fs::path lock_file = folder / "lock";
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0)
    return fail(ErrorCode::kUnavailable, "cannot open ", lock_file.string(), ": ", std::strerror(errno));
  Spool spool(songs, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::kConflict, "spool folder ", folder.string(), " is in use by another worker");
  for (const fs::directory_entry& entry : fs::directory_iterator(songs, error))
    if (entry.is_regular_file(error)) fs::remove(entry.path(), error);
  if (error) return fail(ErrorCode::kUnavailable, "cannot empty ", songs.string(), ": ", error.message());
  return spool;
}

Spool::Spool(Spool&& other) noexcept
    : songs_(std::move(other.songs_)), lock_(std::exchange(other.lock_, -1)) {}

Spool::~Spool() {
  if (lock_ >= 0) ::close(lock_);
}

fs::path Spool::file_for(const Lease& lease, AudioContainer container) const {
  return songs_ / concat(lease.job, '-', lease.epoch, '.', name_of(container));
}

}  // namespace musicfleet::daemon
