#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace musicfleet::http {

std::string rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text;
  const int n = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                              int(date.year()), unsigned(date.month()), unsigned(date.day()),
                              int(clock.hours().count()), int(clock.minutes().count()),
                              int(clock.seconds().count()), int(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(n)};
}

nlohmann::ordered_json time_or_null(const std::optional<WallTime>& time) {
  return time ? nlohmann::ordered_json(rfc3339(*time)) : nlohmann::ordered_json(nullptr);
}

}  // namespace musicfleet::http
