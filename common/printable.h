// Text of a stranger as a terminal may see it. Header-only, any thread.
#pragma once

#include <string>
#include <string_view>

namespace musicfleet {

// At most `most` bytes, '?' for each control character.
inline std::string printable(std::string_view text, std::size_t most = 200) {
  std::string copy(text.substr(0, most));
  for (char& c : copy)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  if (text.size() > most) copy += "…";
  return copy;
}

}  // namespace musicfleet
