// The time stamps of the API (RFC 3339 in UTC), for progress and for people. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace musicfleet::cli {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-11-22T16:34:25.123Z", with or without a fraction; nothing for any other text.
std::optional<UtcTime> parse_utc_time(std::string_view text);

// "2026-11-22 16:34:25", as tables show a time stamp of the API; the text itself where it is none.
std::string short_time(const std::string& text);

// "4 ms", "1.5 s", "3 min 5 s", "2 h 3 min", "3 d 4 h"
std::string span_text(std::chrono::milliseconds time);

// "0:07", "12:03", "1:02:03"
std::string clock_text(std::chrono::seconds time);

}  // namespace musicfleet::cli
