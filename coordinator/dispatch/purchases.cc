#include "coordinator/dispatch/purchases.h"

#include "coordinator/dispatch/planted_bug.h"

#include <utility>

namespace musicfleet::dispatch {

void Purchases::restore(std::set<Lease> unknown, const std::vector<Spending>& spending) {
  unknown_.merge(unknown);
  if (!planted(Bug::kForgetSpending)) budget_.restore(spending);
}

void Purchases::limit(const TenantId& tenant, const TenantLimits& limits) {
  budget_.limit(tenant, ledger::spending_limits_of(limits));
}

std::vector<ledger::BudgetLine> Purchases::begin(const PurchaseIntent& intent) {
  under_way_[intent.lease.job] = intent;
  return budget_.spend(intent.tenant, intent.price, intent.at);
}

std::optional<PurchaseIntent> Purchases::end(const PurchaseEnd& end) {
  const auto found = under_way_.find(end.lease.job);
  if (found == under_way_.end() || found->second.lease != end.lease) return std::nullopt;
  PurchaseIntent intent = std::move(found->second);
  under_way_.erase(found);
  const bool unknown = end.state == PurchaseState::kUnknown;
  if (unknown && !planted(Bug::kForgetUnknown)) unknown_.insert(end.lease);
  if (end.state == PurchaseState::kNotBought || (unknown && planted(Bug::kGiveBackUnknown)))
    budget_.give_back(intent.tenant, intent.price, intent.at);
  return intent;
}

void Purchases::settle(const PurchaseSettled& settled) {
  unknown_.erase(settled.lease);
  if (const auto& intent = settled.not_paid) budget_.give_back(intent->tenant, intent->price, intent->at);
}

bool Purchases::is_unknown(const JobId& job) const {
  const auto first = unknown_.lower_bound(Lease{job, 0});
  return first != unknown_.end() && first->job == job;
}

const PurchaseIntent* Purchases::under_way(const JobId& job) const {
  const auto found = under_way_.find(job);
  return found == under_way_.end() ? nullptr : &found->second;
}

std::optional<MicroDollars> Purchases::left(const TenantId& tenant, WallTime at) const {
  const auto line = budget_.tightest(tenant, at);
  if (!line || planted(Bug::kIgnoreBudget)) return std::nullopt;
  return line->left();
}

}  // namespace musicfleet::dispatch
