// Entity tags of what is served, and what If-None-Match says about them (RFC 9110 section 13.1.2). Any
// thread.
#pragma once

#include <string_view>

namespace musicfleet::http {

// Whether the list of tags, or "*", names this tag; tags are compared weakly. The tag itself holds no comma.
bool names_etag(std::string_view list, std::string_view etag);

// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text);

}  // namespace musicfleet::http
