#include "tests/simulation/money_tables.h"

#include <algorithm>
#include <utility>

namespace musicfleet::simulation {

Result<> MoneyTables::intend(const PurchaseIntent& intent) {
  for (const auto& [lease, earlier] : purchases_)
    if (lease.job == intent.lease.job && earlier.state == PurchaseState::kIntended)
      return fail(ErrorCode::kConflict, lease.job, ": a purchase is under way");
  Purchase purchase;
  purchase.intent = intent;
  if (!purchases_.emplace(intent.lease, std::move(purchase)).second)
    return fail(ErrorCode::kConflict, intent.lease.job, ": a second purchase of epoch ", intent.lease.epoch);
  return {};
}

Result<> MoneyTables::end(const PurchaseEnd& end) { return change_state(end, PurchaseState::kIntended); }

Result<> MoneyTables::settle(const PurchaseEnd& end) { return change_state(end, PurchaseState::kUnknown); }

Result<> MoneyTables::change_state(const PurchaseEnd& end, PurchaseState from) {
  const auto found = purchases_.find(end.lease);
  if (found == purchases_.end() || found->second.state != from || !may_follow(from, end.state))
    return fail(ErrorCode::kConflict, end.lease.job, ": no purchase of epoch ", end.lease.epoch,
                " can become ", name_of(end.state));
  Purchase& purchase = found->second;
  purchase.state = end.state;
  purchase.ended_at = end.at;
  purchase.object = end.object;
  const PurchaseIntent& intent = purchase.intent;
  using enum PurchaseState;
  const bool refund = from == kUnknown && end.state == kNotBought;
  if (end.state != kBought && end.state != kUnknown && !refund) return {};
  const bool shadow = intent.purpose == PurchasePurpose::kShadow;
  LedgerEntry row;
  row.at = end.at;
  row.kind = refund                  ? EntryKind::kRefund
             : end.state == kUnknown ? EntryKind::kUnknownPurchase
             : shadow                ? EntryKind::kShadowPurchase
                                     : EntryKind::kPurchase;
  row.tenant = intent.tenant;
  row.job = intent.lease.job;
  row.epoch = intent.lease.epoch;
  row.provider = intent.provider;
  row.model = intent.model;
  row.song = intent.song;
  row.amount = refund ? -intent.price : intent.price;
  return add(row);
}

Result<> MoneyTables::add(const LedgerEntry& entry) {
  const auto delivers = [](EntryKind kind) {
    return kind == EntryKind::kFleetSong || kind == EntryKind::kPurchase;
  };
  if (entry.epoch == 0 || entry.provider.empty() || entry.tenant.empty() || entry.work.count() < 0)
    return fail(ErrorCode::kConflict, entry.job, ": a check of the ledger is broken");
  for (const LedgerEntry& row : ledger_) {
    if (row.job != entry.job) continue;
    const bool twice = row.kind == entry.kind && (row.epoch == entry.epoch || row.kind == EntryKind::kSale);
    if (twice || (delivers(row.kind) && delivers(entry.kind)))
      return fail(ErrorCode::kConflict, entry.job, ": ", name_of(entry.kind), " beside ", name_of(row.kind));
  }
  ledger_.push_back(entry);
  return {};
}

void MoneyTables::give_up_what_is_under_way(WallTime at) {
  for (const auto& [lease, purchase] : std::map(purchases_))
    if (purchase.state == PurchaseState::kIntended)
      (void)end({lease, at, PurchaseState::kUnknown, {}, "the coordinator ended"});
}

std::set<Lease> MoneyTables::unknown() const {
  std::set<Lease> unknown;
  for (const auto& [lease, purchase] : purchases_)
    if (purchase.state == PurchaseState::kUnknown) unknown.insert(lease);
  return unknown;
}

std::vector<Spending> MoneyTables::spending() const {
  std::vector<Spending> spending;
  for (const auto& [lease, purchase] : purchases_)
    if (purchase.state != PurchaseState::kNotBought)
      spending.push_back({purchase.intent.tenant, purchase.intent.at, purchase.intent.price});
  return spending;
}

}  // namespace musicfleet::simulation
