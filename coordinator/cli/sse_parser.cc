#include "coordinator/cli/sse_parser.h"

#include <utility>

namespace musicfleet::cli {

std::optional<ServerEvent> SseParser::take(std::string_view line) {
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (std::exchange(first_line_, false) && line.substr(0, 3) == kByteOrderMark) line.remove_prefix(3);
  if (line.empty()) {
    std::string name = std::exchange(name_, {}), data = std::exchange(data_, {});
    if (data.empty()) return std::nullopt;
    data.pop_back();  // the end of its last line
    return ServerEvent{name.empty() ? "message" : std::move(name), std::move(data)};
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (field == "event") name_ = value;
  if (field == "data") data_.append(value).push_back('\n');
  return std::nullopt;  // a comment (no field), or a field that nobody here needs
}

}  // namespace musicfleet::cli
