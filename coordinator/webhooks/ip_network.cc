#include "coordinator/webhooks/ip_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <cstring>

namespace musicfleet::webhooks {

std::optional<IpAddress> IpAddress::parse(const std::string& text) {
  IpAddress address;
  address.is_v6 = text.find(':') != std::string::npos;
  if (::inet_pton(address.is_v6 ? AF_INET6 : AF_INET, text.c_str(), address.bytes.data()) != 1)
    return std::nullopt;
  return address;
}

std::optional<IpAddress> IpAddress::of(const sockaddr& address) {
  IpAddress found;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::memcpy(found.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    return found;
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  found.is_v6 = true;
  std::memcpy(found.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  return found;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpNetwork> IpNetwork::parse(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto first = IpAddress::parse(text.substr(0, slash));
  if (!first || slash == std::string::npos) return std::nullopt;
  IpNetwork network{*first, 0};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, network.prefix);
  if (error != std::errc() || rest != end || network.prefix < 0 || network.prefix > (first->is_v6 ? 128 : 32))
    return std::nullopt;
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v6 != first.is_v6) return false;
  for (int bit = 0; bit < prefix; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if ((address.bytes[byte] ^ first.bytes[byte]) >> (7 - bit % 8) & 1) return false;
  }
  return true;
}

}  // namespace musicfleet::webhooks
