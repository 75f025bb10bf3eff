// Base 64 of RFC 4648, section 4: with padding, without line breaks. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace musicfleet {

std::string to_base64(std::string_view bytes);
// The bytes that `text` spells; nothing for text that to_base64() cannot have written.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace musicfleet
