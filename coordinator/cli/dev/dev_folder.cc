#include "coordinator/cli/dev/dev_folder.h"

#include "common/secret_file.h"
#include "coordinator/cli/dev_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace musicfleet::cli {
namespace {

namespace fs = std::filesystem;

Result<> make_private_folder(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed || (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST))
    return fail(ErrorCode::kInvalidArgument, "cannot make the folder ", path.string(), ": ",
                failed ? failed.message() : std::strerror(errno));
  return {};
}

}  // namespace

Result<DevFolder> DevFolder::open(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  const fs::path folder = absolute.has_filename() ? absolute : absolute.parent_path();
  MF_CHECK(make_private_folder(folder));
  MF_CHECK(make_private_folder(folder / "log"));
  const fs::path lock_file = folder / "dev.lock";
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0)
    return fail(ErrorCode::kInvalidArgument, "cannot write ", lock_file.string(), ": ", std::strerror(errno));
  DevFolder opened(folder, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::kConflict, "another `musicfleet dev` runs in ", folder.string());
  return opened;
}

DevFolder::DevFolder(DevFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DevFolder::~DevFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<> DevFolder::make_model(const fs::path& worker_program) const {
  std::error_code failed;
  if (fs::exists(model(), failed)) return {};
  fs::path unfinished = model();
  unfinished += ".new";
  fs::remove_all(unfinished, failed);
  MF_TRY(run_program({worker_program, {"init-tiny", unfinished.string()}}));
  fs::rename(unfinished, model(), failed);
  if (failed) return fail(ErrorCode::kInternal, "cannot make ", model().string(), ": ", failed.message());
  return {};
}

Result<std::string> DevFolder::make_worker(const std::string& name, const fs::path& worker_program) const {
  MF_CHECK(make_private_folder(worker(name)));
  const fs::path public_key_file = worker(name) / "worker.pub";
  std::error_code failed;
  if (!fs::exists(public_key_file, failed)) {
    // A key without its public half beside it is of a run that was cut off: no coordinator knows it yet.
    fs::remove(worker_key(name), failed);
    const std::string key = MF_TRY(run_program({worker_program, {"keygen", worker_key(name).string()}}));
    MF_CHECK(write_private_file(public_key_file, key));
  }
  return read_secret_file(public_key_file);
}

}  // namespace musicfleet::cli
