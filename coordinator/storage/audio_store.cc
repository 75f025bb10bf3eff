#include "coordinator/storage/audio_store.h"

#include <algorithm>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

constexpr char kShadowMark[] = "-shadow.";
constexpr int kMostMoves = 8;  // that meet somebody who takes the empty folder away

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

AudioStore::AudioStore(fs::path root, std::shared_ptr<const Disk> disk)
    : root_(std::move(root)), disk_(std::move(disk)) {}

Result<AudioStore> AudioStore::open(const fs::path& root, std::shared_ptr<const Disk> disk) {
  AudioStore store(root, std::move(disk));
  MF_TRY(store.disk_->make_folder(root));
  MF_TRY(store.disk_->make_folder(root / "songs"));
  MF_TRY(store.disk_->make_folder(store.incoming()));
  // Also where they exist: the process that made them may have ended before these.
  MF_CHECK(store.disk_->sync_folder(root.parent_path()));
  MF_CHECK(store.disk_->sync_folder(root));
  MF_CHECK(store.sweep());
  return store;
}

fs::path AudioStore::incoming() const { return root_ / "incoming"; }

// Somebody else who removes songs of the same job may have taken the empty folder away.
Result<> AudioStore::sync_unless_gone(const fs::path& folder) const {
  Result<> synced = disk_->sync_folder(folder);
  if (!synced && synced.error().code == ErrorCode::kNotFound) return disk_->sync_folder(folder.parent_path());
  return synced;
}

Result<> AudioStore::sweep() const {
  for (const std::string& name : MF_TRY(disk_->names(incoming())))
    if (name.ends_with(".part")) MF_TRY(disk_->remove_file(incoming() / name));
  return {};
}

fs::path AudioStore::temporary_path(const JobId& job, Epoch epoch, std::uint64_t upload) const {
  return incoming() / concat(job, ".", epoch, ".", upload, ".part");
}

std::string AudioStore::object_key(const JobId& job, Epoch epoch, AudioContainer container) const {
  return concat("songs/", job, "/", epoch, ".", name_of(container));
}

std::string AudioStore::shadow_key(const JobId& job, Epoch epoch, AudioContainer container) const {
  return concat("songs/", job, "/", epoch, kShadowMark, name_of(container));
}

fs::path AudioStore::path_of(const std::string& object) const { return root_ / object; }

// Whoever removes songs of the same job takes the folder away while it is empty: then it is made again.
Result<> AudioStore::move_into_folder(const fs::path& temporary, const fs::path& path) const {
  Result<> moved;
  for (int moves = 0; moves < kMostMoves; ++moves) {
    // Each time: what is kNotFound here is the temporary file itself, and no folder brings it back.
    MF_CHECK(disk_->sync_file(temporary));
    MF_TRY(disk_->make_folder(path.parent_path()));
    moved = disk_->rename(temporary, path);
    if (moved || moved.error().code != ErrorCode::kNotFound) return moved;
  }
  return fail(ErrorCode::kUnavailable, moved.error().message);
}

Result<> AudioStore::publish(const fs::path& temporary, const std::string& object) const {
  if (!is_object_key(object)) return fail(ErrorCode::kInvalidArgument, object, " is not an object key");
  const fs::path path = path_of(object);
  const fs::path folder = path.parent_path();
  MF_CHECK(move_into_folder(temporary, path));
  MF_CHECK(sync_unless_gone(folder));
  return disk_->sync_folder(folder.parent_path());
}

Result<> AudioStore::publish_anew(const fs::path& temporary, const std::string& object) const {
  Result<> published = publish(temporary, object);
  if (published || published.error().code != ErrorCode::kConflict) return published;
  MF_CHECK(remove(object));
  return publish(temporary, object);
}

Result<> AudioStore::remove(const std::string& object) const {
  if (!is_object_key(object)) return fail(ErrorCode::kInvalidArgument, object, " is not an object key");
  const fs::path path = path_of(object);
  if (!MF_TRY(disk_->remove_file(path))) return {};
  MF_CHECK(sync_unless_gone(path.parent_path()));
  disk_->remove_empty_folder(path.parent_path());  // once the job's last object is gone
  return {};
}

Result<std::vector<JobId>> AudioStore::jobs() const {
  std::vector<JobId> found;
  for (std::string& name : MF_TRY(disk_->names(root_ / "songs"))) found.push_back(JobId{std::move(name)});
  return found;
}

Result<std::vector<std::string>> AudioStore::objects_of(const JobId& job) const {
  std::vector<std::string> found;
  for (const std::string& name : MF_TRY(disk_->names(root_ / "songs" / job.value))) {
    std::string object = concat("songs/", job, "/", name);
    if (is_object_key(object)) found.push_back(std::move(object));
  }
  return found;
}

Result<> AudioStore::remove_all_of(const JobId& job) const {
  const fs::path folder = root_ / "songs" / job.value;
  if (!is_object_key(concat("songs/", job, "/x")))
    return fail(ErrorCode::kInvalidArgument, job, " is not the name of a folder");
  const std::vector<std::string> objects = MF_TRY(objects_of(job));
  for (const std::string& object : objects) MF_TRY(disk_->remove_file(path_of(object)));
  if (!objects.empty()) MF_CHECK(sync_unless_gone(folder));
  disk_->remove_empty_folder(folder);
  return disk_->sync_folder(folder.parent_path());
}

}  // namespace musicfleet
