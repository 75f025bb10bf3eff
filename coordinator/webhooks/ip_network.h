// IP addresses and networks as bits: read from text and from sockets, and whether one lies in the other.
// Plain data, any thread.
#pragma once

#include "common/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

struct sockaddr;

namespace musicfleet::webhooks {

struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // of IPv4 the first four

  // "10.1.2.3" or "2001:db8::1", without brackets, zone or port.
  static std::optional<IpAddress> parse(const std::string& text);
  // Nothing for a socket that is no IP socket.
  static std::optional<IpAddress> of(const sockaddr& address);

  std::string text() const;
};

struct IpNetwork {
  IpAddress first;
  int prefix = 0;  // bits that an address of the network shares with `first`

  // "10.0.0.0/8", "fc00::/7".
  static std::optional<IpNetwork> parse(const std::string& text);

  bool contains(const IpAddress& address) const;
};

}  // namespace musicfleet::webhooks
