// Reads the JSON that a client sent, more strictly than the library does by itself: one object, no key twice,
// not deeper than kMaxJsonDepth. Any thread.
#pragma once

#include "common/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace musicfleet::http {

constexpr int kMaxJsonDepth = 32;

// kInvalidArgument with the byte offset where the text stops being JSON (UTF-8 included); `param` is the
// field being read there, as far as one is known.
Result<nlohmann::json> parse_json_object(std::string_view text);

}  // namespace musicfleet::http
