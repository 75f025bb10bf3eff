#include "tests/coordinator/storage/volatile_disk.h"

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

Failure no_power() { return fail(ErrorCode::kUnavailable, "the power has failed"); }

Failure missing(const fs::path& path, ErrorCode code = ErrorCode::kUnavailable) {
  return fail(code, "there is no ", path);
}

}  // namespace

Result<> VolatileDisk::count() const {
  if (!powered_ || ++operations_ == fails_at_) {
    powered_ = false;
    return no_power();
  }
  return {};
}

bool VolatileDisk::folder_exists(const fs::path& folder) const {
  if (folder == folder.root_path()) return true;
  const auto found = now_.find(folder);
  return found != now_.end() && found->second->is_folder;
}

Result<bool> VolatileDisk::make_folder(const fs::path& folder) const {
  MF_CHECK(count());
  if (!folder_exists(folder.parent_path())) return missing(folder.parent_path());
  const auto [entry, is_new] = now_.try_emplace(folder, nullptr);
  if (is_new) entry->second = std::make_shared<Node>(Node{true, {}, {}});
  return is_new;
}

Result<> VolatileDisk::sync_file(const fs::path& file) const {
  MF_CHECK(count());
  const auto found = now_.find(file);
  if (found == now_.end()) return missing(file);
  if (ignores_ != Ignores::kFileSyncs) found->second->synced = found->second->bytes;
  return {};
}

Result<> VolatileDisk::sync_folder(const fs::path& folder) const {
  MF_CHECK(count());
  if (!folder_exists(folder)) return missing(folder, ErrorCode::kNotFound);
  if (ignores_ == Ignores::kFolderSyncs) return {};
  const auto inside = [&](const auto& entry) { return entry.first.parent_path() == folder; };
  std::erase_if(safe_, inside);
  for (const auto& entry : now_)
    if (inside(entry)) safe_.insert(entry);
  return {};
}

Result<> VolatileDisk::rename(const fs::path& from, const fs::path& to) const {
  MF_CHECK(count());
  const auto found = now_.find(from);
  if (found == now_.end()) return missing(from, ErrorCode::kNotFound);
  if (!folder_exists(to.parent_path())) return missing(to.parent_path(), ErrorCode::kNotFound);
  if (now_.count(to)) return fail(ErrorCode::kConflict, to, " exists already");
  now_[to] = found->second;
  now_.erase(from);
  return {};
}

Result<bool> VolatileDisk::remove_file(const fs::path& file) const {
  MF_CHECK(count());
  return now_.erase(file) == 1;
}

void VolatileDisk::remove_empty_folder(const fs::path& folder) const {
  if (!count()) return;
  for (const auto& entry : now_)
    if (entry.first.parent_path() == folder) return;
  now_.erase(folder);
}

Result<std::vector<std::string>> VolatileDisk::names(const fs::path& folder) const {
  if (!powered_) return no_power();
  std::vector<std::string> found;
  for (const auto& entry : now_)
    if (entry.first.parent_path() == folder) found.push_back(entry.first.filename().string());
  return found;
}

Result<> VolatileDisk::write(const fs::path& file, const std::string& bytes) {
  if (!powered_) return no_power();
  if (!folder_exists(file.parent_path())) return missing(file.parent_path());
  now_[file] = std::make_shared<Node>(Node{false, bytes, {}});
  return count();
}

const std::string* VolatileDisk::read(const fs::path& file) const {
  const auto found = now_.find(file);
  return found == now_.end() ? nullptr : &found->second->bytes;
}

bool VolatileDisk::has_folder(const fs::path& folder) const { return folder_exists(folder); }

void VolatileDisk::restart(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  constexpr double kChances[] = {0, 0.5, 0.95};
  std::bernoulli_distribution reached(kChances[seed % std::size(kChances)]);
  Names left;
  std::set<fs::path> paths;
  for (const Names* names : {&safe_, &now_})
    for (const auto& entry : *names) paths.insert(entry.first);
  for (const fs::path& path : paths) {  // folders come before what is in them
    const bool has_parent = path.parent_path() == path.root_path() || left.count(path.parent_path());
    const Names& from = reached(random) ? now_ : safe_;
    if (const auto found = from.find(path); has_parent && found != from.end()) left.insert(*found);
  }
  for (auto& [path, node] : left) {
    const bool is_whole = node->bytes == node->synced || reached(random);
    if (!is_whole) node->bytes = node->synced + std::string(node->bytes.size() / 2, '\0');
    node->synced = node->bytes;
  }
  now_ = safe_ = std::move(left);
  powered_ = true;
  fails_at_ = 0;
}

}  // namespace musicfleet
