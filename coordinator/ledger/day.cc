#include "coordinator/ledger/day.h"

#include "common/result.h"

namespace musicfleet::ledger {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

// -1 where one is no digit.
int digits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<sys_days> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text.substr(0, 4)), m = digits(text.substr(5, 2)), d = digits(text.substr(8, 2));
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::string to_text(sys_days day) {
  const year_month_day date(day);
  const auto padded = [](unsigned number, std::size_t width) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
  };
  return concat(padded(static_cast<unsigned>(static_cast<int>(date.year())), 4), '-',
                padded(static_cast<unsigned>(date.month()), 2), '-',
                padded(static_cast<unsigned>(date.day()), 2));
}

sys_days first_of_month(sys_days day) {
  const year_month_day date(day);
  return sys_days(date.year() / date.month() / 1);
}

}  // namespace musicfleet::ledger
