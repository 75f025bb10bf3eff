// Where a tenant wants its songs to be made: a part of its limits (tenant.h) and of each decision about a
// job. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

namespace musicfleet {

enum class RoutingPolicy {
  kFleetOnly,
  kFleetFirst,   // the provider where the fleet cannot, or not in time
  kVendorFirst,  // the fleet where the provider cannot
  kVendorOnly,
  kShadow,  // as fleet first; what the fleet makes is also bought, to be compared
};

// "fleet_only", "fleet_first", "elevenlabs_first", "elevenlabs_only", "shadow".
std::string_view name_of(RoutingPolicy policy);
std::optional<RoutingPolicy> routing_policy_of(std::string_view name);

}  // namespace musicfleet
