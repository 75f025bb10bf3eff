#include "coordinator/http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace musicfleet::http {
namespace {

// Digits only; a number above 2^64 − 1 is as good as that one.
std::optional<std::uint64_t> number(std::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc::result_out_of_range ? UINT64_MAX : value;
}

}  // namespace

RangeAnswer parse_range(std::string_view header, std::uint64_t size) {
  static constexpr std::string_view kUnit = "bytes=";
  if (header.substr(0, kUnit.size()) != kUnit) return WholeBody{};
  const std::string_view range = header.substr(kUnit.size());
  const std::size_t dash = range.find('-');
  if (dash == range.npos) return WholeBody{};
  const std::string_view left = range.substr(0, dash), right = range.substr(dash + 1);
  const auto first = number(left), last = number(right);
  if ((!left.empty() && !first) || (!right.empty() && !last) || (!first && !last)) return WholeBody{};
  if (!first) {  // the last so many bytes
    if (*last == 0 || size == 0) return UnsatisfiableRange{};
    return ByteRange{size - std::min(*last, size), size - 1};
  }
  if (last && *last < *first) return WholeBody{};
  if (*first >= size) return UnsatisfiableRange{};
  return ByteRange{*first, std::min(last.value_or(size - 1), size - 1)};
}

}  // namespace musicfleet::http
