// What a tenant may have of the fleet: limits that are checked when a job is submitted and when one is given
// to a worker, its weight against the others, and where its songs may come from and for how much. The store
// keeps it (schema/002_tenants.sql, schema/011_tenants_money.sql). Plain data, any thread.
#pragma once

#include "coordinator/routing_policy.h"

#include <cstdint>
#include <optional>

namespace musicfleet {

// Unset: no limit.
struct TenantLimits {
  static constexpr int kMaxWeight = 1'000;

  std::optional<std::int64_t> max_queued;             // jobs that wait for a worker
  std::optional<std::int64_t> max_running;            // jobs that are with a worker
  std::optional<std::int64_t> songs_per_hour;         // submissions within any hour
  std::optional<std::int64_t> spend_cents_per_month;  // at a provider that takes money
  int weight = 1;                                     // 1 … kMaxWeight: its share where tenants compete
  std::optional<std::int64_t> spend_cents_per_day = {};
  RoutingPolicy policy = RoutingPolicy::kFleetFirst;
  bool buys_again = false;  // a song of which nobody knows whether it was bought already

  bool operator==(const TenantLimits&) const = default;
};

}  // namespace musicfleet
