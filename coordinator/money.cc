#include "coordinator/money.h"

#include <cstdlib>

namespace musicfleet {
namespace {

constexpr std::int64_t kDollar = 1'000'000;
constexpr std::size_t kDecimals = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<MicroDollars> money_of(std::string_view text) {
  const Failure wrong = fail(ErrorCode::kInvalidArgument,
                             "must be dollars with up to six decimals, like 0.15, not \"", text, '"');
  const std::size_t point = text.find('.');
  const std::string_view dollars = text.substr(0, point);
  const std::string_view decimals = point == text.npos ? std::string_view("0") : text.substr(point + 1);
  if (dollars.empty() || dollars.size() > 7 || decimals.empty() || decimals.size() > kDecimals) return wrong;
  std::int64_t value = 0;
  for (const char c : dollars) {
    if (!is_digit(c)) return wrong;
    value = value * 10 + (c - '0');
  }
  for (std::size_t i = 0; i < kDecimals; ++i) {
    const char c = i < decimals.size() ? decimals[i] : '0';
    if (!is_digit(c)) return wrong;
    value = value * 10 + (c - '0');
  }
  if (MicroDollars{value} > kMostMoney) return wrong;
  return MicroDollars{value};
}

std::string to_text(MicroDollars amount) {
  const auto [dollars, micros] = std::lldiv(amount.value, kDollar);
  std::string decimals = std::to_string(kDollar + std::llabs(micros)).substr(1);
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return concat(amount.value < 0 ? "-" : "", std::llabs(dollars), '.', decimals);
}

MicroDollars share(MicroDollars amount, std::int64_t parts, std::int64_t whole) {
  const __int128 product = static_cast<__int128>(amount.value) * parts;
  const __int128 half = product < 0 ? -whole / 2 : whole / 2;
  return {static_cast<std::int64_t>((product + half) / whole)};
}

MicroDollars share_rounded_up(MicroDollars amount, std::int64_t parts, std::int64_t whole) {
  const __int128 product = static_cast<__int128>(amount.value) * parts;
  return {static_cast<std::int64_t>((product + whole - 1) / whole)};
}

}  // namespace musicfleet
