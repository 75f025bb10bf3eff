#include "tests/coordinator/store/crash_disk.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace musicfleet::store {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(bytes).str();
}

}  // namespace

CrashDisk::CrashDisk(fs::path folder, std::uint64_t fails_at)
    : folder_(std::move(folder)), fails_at_(fails_at) {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const auto content = std::make_shared<Content>(Content{content_of(entry.path()), {}});
    names_[entry.path()] = {content, content};
  }
}

bool CrashDisk::count() {
  if (powered_ && ++operations_ == fails_at_) powered_ = false;
  return powered_;
}

bool CrashDisk::created(const fs::path& file) {
  if (!powered_) return false;
  names_[file].now = std::make_shared<Content>();
  return count();
}

bool CrashDisk::removed(const fs::path& file) {
  if (!powered_) return false;
  names_[file].now = nullptr;
  return count();
}

bool CrashDisk::written(const fs::path& file, std::uint64_t offset, std::string_view bytes) {
  if (!powered_) return false;
  std::vector<Change>& since = names_.at(file).now->since;
  while (!bytes.empty()) {
    const std::size_t part = std::min<std::size_t>(bytes.size(), kSector - offset % kSector);
    since.push_back({offset, std::string(bytes.substr(0, part)), false});
    offset += part;
    bytes.remove_prefix(part);
  }
  return count();
}

bool CrashDisk::truncated(const fs::path& file, std::uint64_t size) {
  if (!powered_) return false;
  names_.at(file).now->since.push_back({size, {}, true});
  return count();
}

bool CrashDisk::synced(const fs::path& file) {
  if (!count()) return false;
  Content& content = *names_.at(file).now;
  for (const Change& change : content.since) apply(change, content.synced);
  content.since.clear();
  return true;
}

bool CrashDisk::folder_synced() {
  if (!count()) return false;
  for (auto& [file, name] : names_) name.safe = name.now;
  return true;
}

bool CrashDisk::is_new(const fs::path& file) const {
  const auto found = names_.find(file);
  return found == names_.end() || found->second.safe != found->second.now;
}

void CrashDisk::apply(const Change& change, std::string& to) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.truncates) return to.resize(offset);
  to.resize(std::max(to.size(), offset + change.bytes.size()));
  to.replace(offset, change.bytes.size(), change.bytes);
}

std::string CrashDisk::survivor(const Content& content, double chance, std::mt19937_64& random) {
  std::string bytes = content.synced;
  std::bernoulli_distribution reached(chance);
  for (const Change& change : content.since)
    if (reached(random)) apply(change, bytes);
  return bytes;
}

void CrashDisk::survive(std::uint64_t seed) const {
  std::mt19937_64 random(seed);
  // Nothing of what was not synced, about half of it, nearly all of it.
  constexpr double kChances[] = {0, 0.5, 0.95};
  const double chance = kChances[seed % std::size(kChances)];
  for (const auto& entry : fs::directory_iterator(folder_)) fs::remove(entry.path());
  for (const auto& [file, name] : names_) {
    const std::shared_ptr<Content>& content =
        std::bernoulli_distribution(chance)(random) ? name.now : name.safe;
    if (content) std::ofstream(file, std::ios::binary) << survivor(*content, chance, random);
  }
}

}  // namespace musicfleet::store
