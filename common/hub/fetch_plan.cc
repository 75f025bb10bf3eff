#include "common/hub/fetch_plan.h"

#include "common/hub/content_check.h"
#include "common/hub/partial_file.h"

#include <sys/statvfs.h>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

// For what a file system needs besides the bytes of files.
constexpr std::uint64_t kSpareBytes = std::uint64_t{16} << 20;

// The SHA-256 of the file that is already there; empty where it is not that file.
Result<std::string> present_hash(const fs::path& path, const RepoFile& file, const ManifestFile* known,
                                 const std::stop_token& stop) {
  std::error_code failed;
  const bool plain = fs::is_regular_file(path, failed) && fs::file_size(path, failed) == file.size;
  if (!plain || failed) return std::string();
  if (known && known->size == file.size) return known->sha256;
  ContentCheck check(file);
  MF_CHECK(read_pieces(path, [&](std::string_view bytes) {
    check.update(bytes);
    return !stop.stop_requested();
  }));
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
  return check.finish().value_or("");
}

}  // namespace

Result<FetchPlan> plan_fetch(const FetchOptions& options, const std::string& commit, WantedFiles files,
                             const std::optional<ModelManifest>& known, const std::stop_token& stop) {
  FetchPlan plan{.commit = commit, .missing = {}, .present = {}, .skipped = std::move(files.skipped)};
  const bool trusted = known && known->repository == options.repository && known->commit == commit;
  for (RepoFile& file : files.wanted) {
    const ManifestFile* entry = trusted ? known->find(file.path) : nullptr;
    const std::string sha256 = MF_TRY(present_hash(options.folder / file.path, file, entry, stop));
    if (!sha256.empty()) {
      plan.present.push_back({.path = file.path, .size = file.size, .sha256 = sha256});
      continue;
    }
    plan.bytes_missing += file.size - PartialFile::bytes_in(options.folder / kPartialFolder, file);
    plan.missing.push_back(std::move(file));
  }
  return plan;
}

Result<> check_room(const fs::path& folder, const FetchPlan& plan) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return {};
  const std::uint64_t room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (plan.missing.empty() || plan.bytes_missing + kSpareBytes <= room) return {};
  return fail(ErrorCode::kTooLarge, folder.string(), ": ", plan.bytes_missing,
              " bytes are to be downloaded, but only ", room, " are free on its disk");
}

}  // namespace musicfleet
