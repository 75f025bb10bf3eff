#include "coordinator/webhooks/special_use.h"

#include <vector>

namespace musicfleet::webhooks {
namespace {

struct Use {
  const char* network;
  std::string_view what;
};

// The first that contains an address names it.
constexpr Use kUses[] = {
    {"0.0.0.0/8", "this network"},                  // RFC 791
    {"10.0.0.0/8", "private"},                      // RFC 1918
    {"100.64.0.0/10", "carrier-grade NAT"},         // RFC 6598
    {"127.0.0.0/8", "loopback"},                    // RFC 1122
    {"169.254.0.0/16", "link-local or metadata"},   // RFC 3927
    {"168.63.129.16/32", "metadata"},               // Azure's
    {"172.16.0.0/12", "private"},                   // RFC 1918
    {"192.0.0.0/24", "IETF protocol assignments"},  // RFC 6890
    {"192.0.2.0/24", "documentation"},              // RFC 5737
    {"192.88.99.0/24", "6to4 relay"},               // RFC 7526
    {"192.168.0.0/16", "private"},                  // RFC 1918
    {"198.18.0.0/15", "benchmarking"},              // RFC 2544
    {"198.51.100.0/24", "documentation"},           // RFC 5737
    {"203.0.113.0/24", "documentation"},            // RFC 5737
    {"224.0.0.0/4", "multicast"},                   // RFC 1112
    {"240.0.0.0/4", "reserved or broadcast"},       // RFC 1112, RFC 8190

    {"::/128", "unspecified"},                   // RFC 4291
    {"::1/128", "loopback"},                     // RFC 4291
    {"::ffff:0:0/96", "IPv4-mapped"},            // RFC 4291
    {"::/96", "IPv4-compatible"},                // RFC 4291
    {"64:ff9b::/96", "NAT64"},                   // RFC 6052
    {"64:ff9b:1::/48", "NAT64"},                 // RFC 8215
    {"100::/64", "discard only"},                // RFC 6666
    {"100:0:0:1::/64", "dummy prefix"},          // RFC 9780
    {"2001::/32", "Teredo"},                     // RFC 4380
    {"2001::/23", "IETF protocol assignments"},  // RFC 2928
    {"2001:db8::/32", "documentation"},          // RFC 3849
    {"2002::/16", "6to4"},                       // RFC 3056
    {"3fff::/20", "documentation"},              // RFC 9637
    {"5f00::/16", "segment routing"},            // RFC 9602
    {"fc00::/7", "unique local or metadata"},    // RFC 4193
    {"fe80::/10", "link-local"},                 // RFC 4291
    {"fec0::/10", "site-local"},                 // RFC 3879
    {"ff00::/8", "multicast"},                   // RFC 4291
};
constexpr char kGivenOut[] = "2000::/3";  // RFC 4291

struct Parsed {
  IpNetwork network;
  std::string_view what;
};

const std::vector<Parsed>& uses() {
  static const std::vector<Parsed> parsed = [] {
    std::vector<Parsed> all;
    for (const Use& use : kUses) all.push_back({IpNetwork::parse(use.network).value(), use.what});
    return all;
  }();
  return parsed;
}

}  // namespace

std::optional<std::string_view> special_use_of(const IpAddress& address) {
  for (const Parsed& use : uses())
    if (use.network.contains(address)) return use.what;
  static const IpNetwork given_out = IpNetwork::parse(kGivenOut).value();
  if (address.is_v6 && !given_out.contains(address)) return "not given out";
  return std::nullopt;
}

}  // namespace musicfleet::webhooks
