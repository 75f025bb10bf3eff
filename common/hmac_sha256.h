// HMAC-SHA256 (RFC 2104, OpenSSL). Any thread.
#pragma once

#include "common/fleet_messages.h"

#include <string_view>

namespace musicfleet {

Sha256 hmac_sha256(std::string_view key, std::string_view text);

}  // namespace musicfleet
