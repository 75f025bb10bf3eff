// Money in whole millionths of a US dollar: sums are exact, and nothing is ever rounded but where a rate is
// applied, by the functions here. Plain values, any thread.
#pragma once

#include "common/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace musicfleet {

struct MicroDollars {
  std::int64_t value = 0;

  auto operator<=>(const MicroDollars&) const = default;
  MicroDollars operator+(MicroDollars other) const { return {value + other.value}; }
  MicroDollars operator-(MicroDollars other) const { return {value - other.value}; }
  MicroDollars operator-() const { return {-value}; }
  MicroDollars& operator+=(MicroDollars other) { return *this = *this + other; }
  MicroDollars& operator-=(MicroDollars other) { return *this = *this - other; }
};

constexpr MicroDollars from_cents(std::int64_t cents) { return {cents * 10'000}; }

// The most that a text may say, far from where sums of such amounts overflow: a million dollars.
inline constexpr MicroDollars kMostMoney{1'000'000'000'000};

// "2.99", "0.15", "409": dollars with up to six decimals, from 0 to kMostMoney. kInvalidArgument for any
// other text.
Result<MicroDollars> money_of(std::string_view text);
// "2.99", "0.0047", "-0.45", "409.00": at least two decimals, and as many as it takes.
std::string to_text(MicroDollars amount);

// amount × parts ÷ whole, with whole > 0: to the nearest micro-dollar, halves away from zero.
MicroDollars share(MicroDollars amount, std::int64_t parts, std::int64_t whole);
// The same rounded up: what something costs is never said to be less than it is. For amount and parts of at
// least 0.
MicroDollars share_rounded_up(MicroDollars amount, std::int64_t parts, std::int64_t whole);

}  // namespace musicfleet
