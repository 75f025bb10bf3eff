#include "coordinator/cli/song_file.h"

#include "common/sha256.h"
#include "coordinator/cli/job_follower.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace musicfleet::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 4;
constexpr std::chrono::milliseconds kFirstPause{250};

// Removes the file unless it was moved away.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Result<std::string> file_hash(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256Hasher hasher;
  std::array<char, 64 * 1024> piece;
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
    hasher.update(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
  if (!file.eof()) return fail(ErrorCode::kInternal, "cannot read ", path.string());
  return to_hex(hasher.finish());
}

// A broken connection leaves nothing to keep: the next try begins anew.
Result<> fetch(ApiClient& api, const JobView& job, const fs::path& file, const HttpClient::Progress& progress,
               const std::stop_token& stop) {
  std::chrono::milliseconds pause = kFirstPause;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    const Result<> fetched =
        api.download("/v1/jobs/" + path_segment(job.id) + "/audio", file, progress, stop);
    if (fetched || fetched.error().code != ErrorCode::kUnavailable || attempt == kTries) return fetched;
    if (!pause_for(pause, stop)) return fail(ErrorCode::kCancelled, "stopped");
  }
}

}  // namespace

Result<> check_song_path(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (path.filename().empty() || fs::is_directory(path, ignored))
    return fail_field("--out", "must name a file, not the folder ", path.string());
  if (!fs::is_directory(folder, ignored))
    return fail_field("--out", "is in a folder that does not exist: ", folder.string());
  if (::access(folder.c_str(), W_OK) != 0)
    return fail_field("--out", "is in a folder that cannot be written: ", folder.string(), ": ",
                      std::strerror(errno));
  return {};
}

Result<> download_song(ApiClient& api, const JobView& job, const fs::path& path,
                       const HttpClient::Progress& progress, std::stop_token stop) {
  if (!job.audio) return fail(ErrorCode::kConflict, "job ", job.id, " has no song");
  const std::string name = concat('.', path.filename().string(), '.', ::getpid(), ".part");
  const TemporaryFile unfinished(fs::path(path).replace_filename(name));
  MF_CHECK(fetch(api, job, unfinished.path(), progress, stop));
  const std::string hash = MF_TRY(file_hash(unfinished.path()));
  if (hash != job.audio->sha256)
    return fail(ErrorCode::kCorrupt, "the song arrived damaged: its SHA-256 is ", hash, ", that of job ",
                job.id, " is ", job.audio->sha256);
  std::error_code failed;
  fs::rename(unfinished.path(), path, failed);
  if (failed) return fail(ErrorCode::kInternal, "cannot write ", path.string(), ": ", failed.message());
  return {};
}

}  // namespace musicfleet::cli
