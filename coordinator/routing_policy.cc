#include "coordinator/routing_policy.h"

#include <array>

namespace musicfleet {
namespace {

constexpr std::array kPolicies{RoutingPolicy::kFleetOnly, RoutingPolicy::kFleetFirst,
                               RoutingPolicy::kVendorFirst, RoutingPolicy::kVendorOnly,
                               RoutingPolicy::kShadow};

}  // namespace

std::string_view name_of(RoutingPolicy policy) {
  switch (policy) {
    case RoutingPolicy::kFleetOnly:
      return "fleet_only";
    case RoutingPolicy::kFleetFirst:
      return "fleet_first";
    case RoutingPolicy::kVendorFirst:
      return "elevenlabs_first";
    case RoutingPolicy::kVendorOnly:
      return "elevenlabs_only";
    case RoutingPolicy::kShadow:
      return "shadow";
  }
  return {};
}

std::optional<RoutingPolicy> routing_policy_of(std::string_view name) {
  for (const RoutingPolicy policy : kPolicies)
    if (name_of(policy) == name) return policy;
  return std::nullopt;
}

}  // namespace musicfleet
