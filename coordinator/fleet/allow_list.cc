#include "coordinator/fleet/allow_list.h"

namespace musicfleet::fleet {

void AllowList::allow(const WorkerId& worker, const std::string& public_key_z85) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(worker_of_, [&](const auto& entry) { return entry.second == worker; });
  worker_of_.insert_or_assign(public_key_z85, worker);
}

void AllowList::revoke(const WorkerId& worker) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(worker_of_, [&](const auto& entry) { return entry.second == worker; });
}

std::optional<WorkerId> AllowList::worker_of(const std::string& public_key_z85) const {
  const std::scoped_lock lock(mutex_);
  const auto found = worker_of_.find(public_key_z85);
  if (found == worker_of_.end()) return std::nullopt;
  return found->second;
}

}  // namespace musicfleet::fleet
