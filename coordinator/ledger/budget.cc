#include "coordinator/ledger/budget.h"

#include "coordinator/ledger/day.h"

#include <algorithm>

namespace musicfleet::ledger {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

sys_days day_of(WallTime at) { return std::chrono::floor<days>(at); }

}  // namespace

std::string_view name_of(Period period) { return period == Period::kDay ? "day" : "month"; }

SpendingLimits spending_limits_of(const TenantLimits& limits) {
  SpendingLimits spending;
  if (limits.spend_cents_per_day) spending.day = from_cents(*limits.spend_cents_per_day);
  if (limits.spend_cents_per_month) spending.month = from_cents(*limits.spend_cents_per_month);
  return spending;
}

void Budget::limit(const TenantId& tenant, const SpendingLimits& limits) {
  if (limits == SpendingLimits{})
    limits_.erase(tenant);
  else
    limits_[tenant] = limits;
}

void Budget::restore(const std::vector<Spending>& spending) {
  for (const Spending& one : spending) add(one.tenant, one.amount, one.at);
}

// What is farthest from the present day goes first, be it of long ago or of a clock that was ahead.
void Budget::add(const TenantId& tenant, MicroDollars amount, WallTime at) {
  const Day day = day_of(at);
  for (const TenantId& whose : {tenant, TenantId{}}) {
    auto& by_day = spent_[whose];
    by_day[day] += amount;
    if (by_day.size() <= kKeptDays) continue;
    const auto newest = std::prev(by_day.end());
    by_day.erase(day - by_day.begin()->first >= newest->first - day ? by_day.begin() : newest);
  }
}

MicroDollars Budget::spent(const TenantId& tenant, Period period, WallTime at) const {
  const auto found = spent_.find(tenant);
  if (found == spent_.end()) return {};
  const Day day = day_of(at);
  const Day from = period == Period::kDay ? day : first_of_month(day);
  const Day to = period == Period::kDay ? day + days(1) : first_of_month(from + days(31));
  MicroDollars sum;
  for (auto one = found->second.lower_bound(from); one != found->second.end() && one->first < to; ++one)
    sum += one->second;
  return sum;
}

std::vector<BudgetLine> Budget::lines(const TenantId& tenant, WallTime at) const {
  std::vector<BudgetLine> lines;
  const auto add_lines = [&](const TenantId& whose, const SpendingLimits& limits) {
    if (limits.day) lines.push_back({whose, Period::kDay, *limits.day, spent(whose, Period::kDay, at)});
    if (limits.month)
      lines.push_back({whose, Period::kMonth, *limits.month, spent(whose, Period::kMonth, at)});
  };
  if (const auto own = limits_.find(tenant); own != limits_.end()) add_lines(tenant, own->second);
  add_lines(TenantId{}, everybody_);
  return lines;
}

std::optional<BudgetLine> Budget::tightest(const TenantId& tenant, WallTime at) const {
  const auto all = lines(tenant, at);
  const auto least = std::min_element(
      all.begin(), all.end(), [](const BudgetLine& a, const BudgetLine& b) { return a.left() < b.left(); });
  if (least == all.end()) return std::nullopt;
  return *least;
}

bool Budget::allows(const TenantId& tenant, MicroDollars price, WallTime at) const {
  const auto line = tightest(tenant, at);
  return !line || line->spent + price <= line->limit;
}

bool Budget::warns(const BudgetLine& line, MicroDollars spent) const {
  return spent >= line.limit || spent.value >= share(line.limit, warn_percent_, 100).value;
}

std::vector<BudgetLine> Budget::spend(const TenantId& tenant, MicroDollars price, WallTime at) {
  add(tenant, price, at);
  std::vector<BudgetLine> crossed;
  for (const BudgetLine& line : lines(tenant, at)) {
    const MicroDollars before = line.spent - price;
    const bool warned_before = warns(line, before);
    const bool ended_before = before >= line.limit;
    if ((warns(line, line.spent) && !warned_before) || (line.spent >= line.limit && !ended_before))
      crossed.push_back(line);
  }
  return crossed;
}

void Budget::give_back(const TenantId& tenant, MicroDollars price, WallTime at) { add(tenant, -price, at); }

}  // namespace musicfleet::ledger
