// Which IP addresses are not somebody on the public internet: by the special-purpose address registries of
// IANA (RFC 6890 and its successors), multicast, and the clouds' metadata services. Pure, any thread.
#pragma once

#include "coordinator/webhooks/ip_network.h"

#include <string_view>

namespace musicfleet::webhooks {

// What the address is for, e.g. "loopback"; nothing for a public unicast address. IPv6 addresses that carry
// an IPv4 one (mapped, translated, tunnelled) are special whatever they carry, and so is all of IPv6 that
// IANA has not given out (2000::/3).
std::optional<std::string_view> special_use_of(const IpAddress& address);

}  // namespace musicfleet::webhooks
