#include "tests/simulation/limit_judge.h"

#include <algorithm>

namespace musicfleet::simulation {

bool LimitJudge::is_full(const TenantId& tenant) const {
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end() || !found->second.limits.max_running) return false;
  return static_cast<std::int64_t>(found->second.running.size()) >= *found->second.limits.max_running;
}

bool LimitJudge::buys_only(const TenantId& tenant) const {
  const auto found = tenants_.find(tenant);
  return found != tenants_.end() && found->second.limits.policy == RoutingPolicy::kVendorOnly;
}

void LimitJudge::hears(const dispatch::Dispatcher&, const dispatch::Event& event) {
  if (const auto* changed = std::get_if<dispatch::LimitsChanged>(&event)) {
    Tenant& tenant = tenants_[changed->tenant];
    tenant.limits = changed->limits;
    tenant.excused = static_cast<std::int64_t>(tenant.fresh.size());
  }
  if (const auto* restored = std::get_if<dispatch::Restored>(&event)) {
    for (const auto& row : restored->jobs) note(row.job);
    for (auto& [name, tenant] : tenants_) tenant.excused = static_cast<std::int64_t>(tenant.fresh.size());
  }
}

void LimitJudge::admits(const Job& job) {
  Tenant& tenant = tenants_[job.tenant];
  tenant.fresh.insert(job.id);
  const auto waiting = static_cast<std::int64_t>(tenant.fresh.size());
  if (!tenant.limits.max_queued) return;
  if (waiting > std::max(*tenant.limits.max_queued, tenant.excused))
    verdict_.broken("limits hold", job.id, " is taken in, the ", waiting, "th that waits, where ", job.tenant,
                    " may have ", *tenant.limits.max_queued);
}

void LimitJudge::note(const Job& job) {
  Tenant& tenant = tenants_[job.tenant];
  tenant.fresh.erase(job.id);
  tenant.running.erase(job.id);
  if (job.state == JobState::kQueued && job.epoch == 0) tenant.fresh.insert(job.id);
  if (job.state == JobState::kLeased && job.worker.value != kElevenLabs) tenant.running.insert(job.id);
  tenant.excused = std::min(tenant.excused, static_cast<std::int64_t>(tenant.fresh.size()));
}

void LimitJudge::decided(const dispatch::Dispatcher&, const dispatch::Decisions& decisions) {
  for (const Change& change : decisions.changes) {
    const auto* updated = std::get_if<JobUpdated>(&change);
    if (!updated) continue;
    const Job& job = updated->job;
    Tenant& tenant = tenants_[job.tenant];
    const bool bought = job.worker.value == kElevenLabs;
    const bool starts = job.state == JobState::kLeased && !bought && tenant.running.count(job.id) == 0;
    if (job.state == JobState::kLeased && !bought && buys_only(job.tenant) && starts)
      verdict_.broken("policies hold", job.id, " is given to ", job.worker, " and may only be bought");
    if (starts && is_full(job.tenant))
      verdict_.broken("limits hold", job.id, " is given away beside ", tenant.running.size(),
                      " others where ", job.tenant, " may have ", *tenant.limits.max_running);
    note(job);
  }
}

void LimitJudge::ends() { tenants_.clear(); }

}  // namespace musicfleet::simulation
