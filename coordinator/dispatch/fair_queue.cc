#include "coordinator/dispatch/fair_queue.h"

#include "coordinator/dispatch/planted_bug.h"

namespace musicfleet::dispatch {

void FairQueue::set_limits(const TenantId& tenant, const TenantLimits& limits) {
  tenants_[tenant].weight = limits.weight;
  tenants_[tenant].max_running = limits.max_running;
}

FairQueue::Rank FairQueue::rank(const Job& job) const {
  const Milliseconds step = planted(Bug::kPriorityForEver) ? priority_step_ * 1'000 : priority_step_;
  return {job.created_at - job.priority * step, job.created_at, job.id.value};
}

void FairQueue::add(const Job& job) {
  Tenant& tenant = tenants_[job.tenant];
  if (tenant.lanes.empty()) ring_.push_back(job.tenant);
  if (tenant.lanes[job.spec.model].emplace(rank(job), Entry{job.id, job.spec.duration}).second) ++size_;
}

void FairQueue::remove(const Job& job) {
  if (aside_.erase(job.id)) return;
  Tenant& tenant = tenants_[job.tenant];
  const auto lane = tenant.lanes.find(job.spec.model);
  if (lane == tenant.lanes.end() || lane->second.erase(rank(job)) == 0) return;
  --size_;
  if (lane->second.empty()) tenant.lanes.erase(lane);
  if (!tenant.lanes.empty()) return;
  // Whoever has nothing to ask for saves nothing up.
  ring_.remove(job.tenant);
  tenant.deficit = Milliseconds{0};
  tenant.in_turn = false;
}

const FairQueue::Entry* FairQueue::head(const Tenant& tenant, const std::vector<std::string>& open) const {
  const bool full = tenant.max_running && tenant.running >= *tenant.max_running;
  if (full && !planted(Bug::kIgnoreRunningLimit)) return nullptr;
  const Lane::value_type* first = nullptr;
  for (const std::string& model : open) {
    const auto lane = tenant.lanes.find(model);
    if (lane == tenant.lanes.end()) continue;
    const auto& candidate = *lane->second.begin();
    if (!first || candidate.first < first->first) first = &candidate;
  }
  return first ? &first->second : nullptr;
}

void FairQueue::rotate() {
  tenants_[ring_.front()].in_turn = false;
  ring_.splice(ring_.end(), ring_, ring_.begin());
}

std::optional<JobId> FairQueue::next(const std::vector<std::string>& open) {
  // Whoever can start nothing gains nothing; once that is so of everybody in a row, there is no job.
  for (std::size_t idle = 0; idle < ring_.size();) {
    Tenant& tenant = tenants_[ring_.front()];
    const Entry* entry = head(tenant, open);
    if (!entry) {
      ++idle;
      rotate();
      continue;
    }
    idle = 0;
    if (!tenant.in_turn) tenant.deficit += kQuantum * tenant.weight;
    tenant.in_turn = true;
    if (entry->cost <= tenant.deficit) return entry->id;
    rotate();
  }
  return std::nullopt;
}

void FairQueue::take(const Job& job) {
  tenants_[job.tenant].deficit -= job.spec.duration;
  remove(job);
}

void FairQueue::refund(const Job& job) {
  if (Tenant& tenant = tenants_[job.tenant]; !tenant.lanes.empty()) tenant.deficit += job.spec.duration;
}

void FairQueue::set_aside(const Job& job) {
  remove(job);
  aside_.emplace(job.id, job);
}

void FairQueue::put_back() {
  for (const auto& [id, job] : std::exchange(aside_, {})) add(job);
}

void FairQueue::count_running(const TenantId& tenant, int by) { tenants_[tenant].running += by; }

std::int64_t FairQueue::running(const TenantId& tenant) const {
  const auto found = tenants_.find(tenant);
  return found == tenants_.end() ? 0 : found->second.running;
}

double FairQueue::share_of(const TenantId& tenant) const {
  const auto found = tenants_.find(tenant);
  const int own = found == tenants_.end() ? 1 : found->second.weight;
  double all = own;
  for (const TenantId& other : ring_)
    if (other != tenant) all += tenants_.at(other).weight;
  return own / all;
}

Milliseconds FairQueue::next_cost(const TenantId& tenant) const {
  const auto found = tenants_.find(tenant);
  const Lane::value_type* first = nullptr;
  if (found != tenants_.end())
    for (const auto& [model, lane] : found->second.lanes)
      if (!first || lane.begin()->first < first->first) first = &*lane.begin();
  return first ? first->second.cost : kQuantum;
}

Milliseconds FairQueue::cost_before(const Job& job, Milliseconds enough) const {
  Milliseconds cost{0};
  const auto found = tenants_.find(job.tenant);
  if (found == tenants_.end()) return cost;
  const Rank own = rank(job);
  for (const auto& [model, lane] : found->second.lanes)
    for (auto entry = lane.begin(); entry != lane.end() && entry->first < own && cost < enough; ++entry)
      cost += entry->second.cost;
  return cost;
}

bool FairQueue::is_full(const TenantId& tenant) const {
  const auto found = tenants_.find(tenant);
  return found != tenants_.end() && found->second.max_running &&
         found->second.running >= *found->second.max_running;
}

}  // namespace musicfleet::dispatch
