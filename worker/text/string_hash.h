// Lets maps keyed by std::string be searched with a std::string_view. Header-only, any thread.
#pragma once

#include <functional>
#include <string_view>

namespace musicfleet {

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace musicfleet
