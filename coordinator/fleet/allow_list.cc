#include "coordinator/fleet/allow_list.h"

namespace musicfleet::fleet {

void AllowList::admit(const WorkerId& worker, const std::vector<AllowedKey>& keys) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.worker == worker; });
  for (const AllowedKey& key : keys) entries_.insert_or_assign(key.public_key_z85, Entry{worker, key});
}

std::optional<WorkerId> AllowList::worker_of(const std::string& public_key_z85) const {
  const auto now = clock_.wall_now();
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(public_key_z85);
  if (found == entries_.end()) return std::nullopt;
  const AllowedKey& key = found->second.key;
  if (now < key.not_before || (key.expires_at && now >= *key.expires_at)) return std::nullopt;
  return found->second.worker;
}

}  // namespace musicfleet::fleet
