// Where messages may be sent: to https on the usual ports of public addresses, and to what the operator's
// configuration names. A URL is judged when it is registered; every address that it leads to is judged again
// when a socket is about to be opened, whatever the name resolved to before. Pure, any thread.
#pragma once

#include "common/url.h"
#include "coordinator/webhooks/ip_network.h"

#include <set>
#include <vector>

namespace musicfleet::webhooks {

class TargetRules {
 public:
  static constexpr std::size_t kLongestUrl = 2048;

  // Public https only.
  TargetRules() = default;
  // `allow` has entries of two kinds: "10.1.0.0/16" lets addresses of that network be; "hooks.internal:8080"
  // lets http as well as https go to that host and port, whatever its addresses. kInvalidArgument names the
  // entry that is neither.
  static Result<TargetRules> of(const std::vector<std::string>& allow);

  // kInvalidArgument with the param "url".
  Result<> check_url(const std::string& url) const;
  // Whether a connection to `address` may be made for a URL of this origin; kForbidden says why not.
  Result<> check_address(const UrlOrigin& origin, const sockaddr& address) const;
  bool allows_http(const UrlOrigin& origin) const { return is_named(origin); }

 private:
  bool is_named(const UrlOrigin& origin) const;
  Result<> check(const IpAddress& address) const;

  std::set<std::string> hosts_;  // "host:port", in lower case
  std::vector<IpNetwork> networks_;
};

}  // namespace musicfleet::webhooks
