// Judges tenants' limits: how many jobs of a tenant may wait when one more is taken in, and how many may be
// with workers when one more is given away. Limits that are lowered take nothing away.
#pragma once

#include "tests/simulation/judge.h"

#include <map>
#include <set>

namespace musicfleet::simulation {

class LimitJudge final : public Judge {
 public:
  explicit LimitJudge(Verdict& verdict) : verdict_(verdict) {}

  // Whether the tenant's own limit keeps its jobs from starting.
  bool is_full(const TenantId& tenant) const;
  // Whether its jobs may only be bought.
  bool buys_only(const TenantId& tenant) const;

  void hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) override;
  void decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) override;
  void admits(const Job& job) override;
  void turns_away(const Job& job) override { tenants_[job.tenant].fresh.erase(job.id); }
  void ends() override;

 private:
  struct Tenant {
    TenantLimits limits;
    std::set<JobId> fresh;  // are taken in or wait for their first lease; what else waits was taken in before
    std::set<JobId> running;   // are with a worker
    std::int64_t excused = 0;  // fresh ones that were there when the limit was lowered
  };

  void note(const Job& job);

  Verdict& verdict_;
  std::map<TenantId, Tenant> tenants_;
};

}  // namespace musicfleet::simulation
