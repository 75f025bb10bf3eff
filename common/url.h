// The few things about http and https URLs that nobody should do by hand (libcurl's parser): who is asked,
// what a relative reference means, and how a path is spelled. Pure functions, any thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace musicfleet {

// "https://host:443": scheme, host and port, always with the port; the same for every URL that reaches the
// same server. kInvalidArgument for what is no http or https URL, or carries a user name or password.
Result<std::string> origin_of(const std::string& url);

// The same in parts: an IPv6 address is in brackets, and an IPv4 one in dotted decimal however it was
// spelled.
struct UrlOrigin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;
};
Result<UrlOrigin> origin_parts_of(const std::string& url);

// What a Location or Link header's `reference` names, seen from `base`. Errors as above.
Result<std::string> resolve_url(const std::string& base, const std::string& reference);

// Each part between slashes percent-encoded, the slashes kept: "a b/c" is "a%20b/c".
std::string encode_path(std::string_view path);

// Whether the URL's host is this machine.
bool is_loopback(std::string_view url);

}  // namespace musicfleet
