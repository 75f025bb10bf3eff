#include "coordinator/webhooks/target_rules.h"

#include "coordinator/webhooks/special_use.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace musicfleet::webhooks {
namespace {

constexpr std::array<std::uint16_t, 2> kPorts{443, 8443};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// "host:port" or "[::1]:port"
bool is_host_and_port(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const std::string host = text.substr(0, colon);
  if (host.front() == '[' ? host.back() != ']' : host.find(':') != std::string::npos) return false;
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
  return error == std::errc() && rest == end && port > 0 && host.find_first_of("/@ ") == std::string::npos;
}

std::string without_brackets(const std::string& host) {
  return host.size() > 2 && host.front() == '[' ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

Result<TargetRules> TargetRules::of(const std::vector<std::string>& allow) {
  TargetRules rules;
  for (const std::string& entry : allow)
    if (const auto network = IpNetwork::parse(entry))
      rules.networks_.push_back(*network);
    else if (is_host_and_port(entry))
      rules.hosts_.insert(lower(entry));
    else
      return fail(ErrorCode::kInvalidArgument, "must be a list of HOST:PORT and NETWORK/BITS, which \"",
                  entry, "\" is neither of");
  return rules;
}

bool TargetRules::is_named(const UrlOrigin& origin) const {
  return hosts_.count(lower(concat(origin.host, ':', origin.port))) > 0;
}

Result<> TargetRules::check_url(const std::string& url) const {
  if (url.size() > kLongestUrl) return fail_field("url", "must have at most ", kLongestUrl, " characters");
  const auto origin = origin_parts_of(url);
  if (!origin) return Failure(Error{ErrorCode::kInvalidArgument, "url: " + origin.error().message, "url"});
  if (url.find('#') != url.npos) return fail_field("url", "must not have a fragment");
  if (is_named(*origin)) return {};
  if (origin->scheme != "https")
    return fail_field("url", "must begin with https://: the coordinator's webhooks.allow does not name ",
                      origin->host, ':', origin->port);
  if (std::find(kPorts.begin(), kPorts.end(), origin->port) == kPorts.end())
    return fail_field("url", "must be on port ", kPorts[0], " or ", kPorts[1],
                      ": the coordinator's webhooks.allow does not name ", origin->host, ':', origin->port);
  if (const auto address = IpAddress::parse(without_brackets(origin->host)))
    if (const Result<> checked = check(*address); !checked)
      return fail_field("url", "leads nowhere that messages are sent to: ", checked.error().message);
  return {};
}

Result<> TargetRules::check_address(const UrlOrigin& origin, const sockaddr& address) const {
  if (is_named(origin)) return {};
  const auto ip = IpAddress::of(address);
  if (!ip) return fail(ErrorCode::kForbidden, "not an IP address");
  return check(*ip);
}

Result<> TargetRules::check(const IpAddress& address) const {
  const auto use = special_use_of(address);
  if (!use) return {};
  for (const IpNetwork& network : networks_)
    if (network.contains(address)) return {};
  return fail(ErrorCode::kForbidden, address.text(), " is not a public address (", *use, ')');
}

}  // namespace musicfleet::webhooks
