#include "coordinator/backend/hourly_count.h"

namespace musicfleet::backend {
namespace {

WallTime stretch_of(WallTime at) {
  const auto length = std::chrono::milliseconds(HourlyCount::kStretch);
  return WallTime(at.time_since_epoch() / length * length);
}

WallTime end_of(WallTime stretch) { return stretch + HourlyCount::kStretch + HourlyCount::kWindow; }

}  // namespace

void HourlyCount::load(const std::vector<store::SubmissionCount>& counts) {
  for (const store::SubmissionCount& count : counts)
    tenants_[count.tenant][stretch_of(count.from)] += count.jobs;
}

void HourlyCount::prune(Stretches& stretches, WallTime now) {
  std::erase_if(stretches, [&](const auto& entry) {
    return end_of(entry.first) <= now || entry.first > now + kStretch || entry.second <= 0;
  });
}

std::chrono::milliseconds HourlyCount::wait(const TenantId& tenant, std::int64_t limit, WallTime now) {
  if (limit <= 0) return kWindow;
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end()) return std::chrono::milliseconds{0};
  prune(found->second, now);
  std::int64_t ordered = 0;
  for (const auto& [from, songs] : found->second) ordered += songs;
  for (const auto& [from, songs] : found->second) {
    if (ordered < limit) break;
    ordered -= songs;
    if (ordered < limit) return end_of(from) - now;
  }
  return std::chrono::milliseconds{0};
}

void HourlyCount::add(const TenantId& tenant, WallTime at) {
  Stretches& stretches = tenants_[tenant];
  if (++stretches[stretch_of(at)] == 1) prune(stretches, at);
}

void HourlyCount::take_back(const TenantId& tenant, WallTime at) {
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end()) return;
  const auto stretch = found->second.find(stretch_of(at));
  if (stretch != found->second.end() && --stretch->second <= 0) found->second.erase(stretch);
}

}  // namespace musicfleet::backend
