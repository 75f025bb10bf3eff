// The order of the jobs that may start now. Between tenants: deficit round robin (Shreedhar and Varghese
// 1995) with the song's length as the cost, so that tenants that compete get song time by their weights.
// Within a tenant: priority, where each step counts as much as a fixed wait, so that whoever waits long
// enough comes first; then age, then id: a total order that time does not change. Jobs lie in a lane for each
// model, so that asking for one costs the lanes that are open and not the jobs that wait. Pure. One thread.
#pragma once

#include "coordinator/dispatch/instant.h"
#include "coordinator/tenant.h"

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace musicfleet::dispatch {

class FairQueue {
 public:
  // Song time that a tenant of weight 1 gains in each round.
  static constexpr Milliseconds kQuantum{30'000};

  // `priority_step`: the wait that one step of priority is worth.
  explicit FairQueue(Milliseconds priority_step) : priority_step_(priority_step) {}

  void set_limits(const TenantId& tenant, const TenantLimits& limits);
  void add(const Job& job);
  // Nothing where it is not in the queue.
  void remove(const Job& job);
  bool empty() const { return size_ == 0; }

  // The job whose turn it is among those whose model is in `open` (a job that names none is in the lane "")
  // and whose tenant may have another one running. The same again until it is taken, removed or set aside.
  std::optional<JobId> next(const std::vector<std::string>& open);
  // It starts: its tenant has paid for it.
  void take(const Job& job);
  // It was given back before it began: its tenant gets the price back.
  void refund(const Job& job);
  // No worker with a free slot may have it: next() passes it over until put_back().
  void set_aside(const Job& job);
  bool has_aside() const { return !aside_.empty(); }
  void put_back();

  // Jobs of the tenant that are with a worker.
  void count_running(const TenantId& tenant, int by);
  std::int64_t running(const TenantId& tenant) const;
  // Whether the tenant's own limit keeps its jobs from starting.
  bool is_full(const TenantId& tenant) const;

  // The part of the fleet's song time that is the tenant's, now that those with waiting jobs compete; 0 … 1.
  double share_of(const TenantId& tenant) const;
  // The song time of the tenant's next job, in whatever lane; kQuantum where none waits there.
  Milliseconds next_cost(const TenantId& tenant) const;

  // The song time of the tenant's jobs that come before this one, which need not be in the queue; not counted
  // further once it is `enough`.
  Milliseconds cost_before(const Job& job, Milliseconds enough) const;

  // Less comes first. Never equal for two jobs.
  using Rank = std::tuple<WallTime, WallTime, std::string>;
  Rank rank(const Job& job) const;

 private:
  struct Entry {
    JobId id;
    Milliseconds cost;
  };
  using Lane = std::map<Rank, Entry>;
  struct Tenant {
    int weight = 1;
    std::optional<std::int64_t> max_running;
    std::int64_t running = 0;
    Milliseconds deficit{0};
    bool in_turn = false;
    std::map<std::string, Lane> lanes;
  };

  const Entry* head(const Tenant& tenant, const std::vector<std::string>& open) const;
  void rotate();

  Milliseconds priority_step_;
  std::map<TenantId, Tenant> tenants_;
  std::list<TenantId> ring_;  // tenants with jobs in their lanes; the front one has the turn
  std::map<JobId, Job> aside_;
  std::size_t size_ = 0;  // in lanes
};

}  // namespace musicfleet::dispatch
