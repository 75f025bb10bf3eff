#include "coordinator/cli/time_span.h"

#include <charconv>

namespace musicfleet::cli {

Result<std::chrono::seconds> time_span_of(const std::string& option, const std::string& text) {
  int count = 0;
  const char* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, count);
  if (error == std::errc() && count >= 0 && unit + 1 == end) switch (*unit) {
      case 's':
        return std::chrono::seconds(count);
      case 'm':
        return std::chrono::minutes(count);
      case 'h':
        return std::chrono::hours(count);
      case 'd':
        return std::chrono::hours(24) * static_cast<std::int64_t>(count);
    }
  return fail(ErrorCode::kInvalidArgument, option, " must be a length of time such as 90s, 15m, 24h or 30d");
}

}  // namespace musicfleet::cli
