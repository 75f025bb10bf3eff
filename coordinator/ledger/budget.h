// How much may still be spent: limits a day and a month (UTC), for everybody together and for each tenant,
// with a hard stop and a warning before it. An intent counts from the moment it is decided, so that two
// decisions never share the same dollar. Pure: times and amounts come from the caller, who restores it from
// the store. A clock that is set ahead or back makes nothing forgotten that was spent in the month which it
// then shows. One thread.
#pragma once

#include "coordinator/purchase.h"
#include "coordinator/tenant.h"

#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace musicfleet::ledger {

// Unset: no limit.
struct SpendingLimits {
  std::optional<MicroDollars> day;
  std::optional<MicroDollars> month;

  bool operator==(const SpendingLimits&) const = default;
};

// Those of a tenant.
SpendingLimits spending_limits_of(const TenantLimits& limits);

enum class Period { kDay, kMonth };

// "day", "month".
std::string_view name_of(Period period);

// One limit and how it stands.
struct BudgetLine {
  TenantId tenant;  // empty: everybody together
  Period period = Period::kDay;
  MicroDollars limit;
  MicroDollars spent;

  MicroDollars left() const { return spent < limit ? limit - spent : MicroDollars{}; }
  bool operator==(const BudgetLine&) const = default;
};

class Budget {
 public:
  // Days with purchases that are known of each tenant: more than two months, for clocks that were wrong.
  static constexpr std::size_t kKeptDays = 128;

  // A warning when a limit is used up to so many percent.
  Budget(SpendingLimits everybody, int warn_percent) : everybody_(everybody), warn_percent_(warn_percent) {}

  // Of one tenant; empty limits take them away.
  void limit(const TenantId& tenant, const SpendingLimits& limits);
  // What the store knows of the newest kKeptDays days.
  void restore(const std::vector<Spending>& spending);

  // The limit with the least left for this tenant at this time; unset where there is none.
  std::optional<BudgetLine> tightest(const TenantId& tenant, WallTime at) const;
  bool allows(const TenantId& tenant, MicroDollars price, WallTime at) const;
  // Counts an intent, within its limits or not. The lines that it brought to their warning, or past it to
  // their end.
  std::vector<BudgetLine> spend(const TenantId& tenant, MicroDollars price, WallTime at);
  // An intent of `at` that certainly cost nothing.
  void give_back(const TenantId& tenant, MicroDollars price, WallTime at);

  // Of one tenant, or of everybody for an empty id. Of a month also what is dated after `at`: the clock was
  // ahead then, or is behind now, and it is spent in either case.
  MicroDollars spent(const TenantId& tenant, Period period, WallTime at) const;

 private:
  using Day = std::chrono::sys_days;

  void add(const TenantId& tenant, MicroDollars amount, WallTime at);
  std::vector<BudgetLine> lines(const TenantId& tenant, WallTime at) const;
  bool warns(const BudgetLine& line, MicroDollars spent) const;

  SpendingLimits everybody_;
  int warn_percent_;
  std::map<TenantId, SpendingLimits> limits_;
  std::map<TenantId, std::map<Day, MicroDollars>> spent_;  // the empty id: everybody
};

}  // namespace musicfleet::ledger
