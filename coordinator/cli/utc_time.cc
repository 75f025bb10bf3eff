#include "coordinator/cli/utc_time.h"

#include <array>
#include <cstdio>

namespace musicfleet::cli {
namespace {

constexpr std::size_t kSecondsEnd = 19;  // of "2026-11-22T16:34:25"

// The digits of text[from, to) as a number; -1 where one is no digit.
int digits(std::string_view text, std::size_t from, std::size_t to) {
  int value = 0;
  for (std::size_t i = from; i < to; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool has_shape(std::string_view text) {
  return text.size() > kSecondsEnd && text.back() == 'Z' && text[4] == '-' && text[7] == '-' &&
         text[10] == 'T' && text[13] == ':' && text[16] == ':';
}

// Milliseconds of ".123", ".1", "" and so on; -1 for what is no fraction.
int fraction_ms(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != '.' || text.size() < 2 || digits(text, 1, text.size()) < 0) return -1;
  int value = 0;
  for (std::size_t i = 1; i <= 3; ++i) value = value * 10 + (i < text.size() ? text[i] - '0' : 0);
  return value;
}

}  // namespace

std::optional<UtcTime> parse_utc_time(std::string_view text) {
  using namespace std::chrono;
  if (!has_shape(text) || text.size() > kSecondsEnd + 11) return std::nullopt;
  const int y = digits(text, 0, 4), mo = digits(text, 5, 7), d = digits(text, 8, 10);
  const int h = digits(text, 11, 13), mi = digits(text, 14, 16), s = digits(text, 17, 19);
  const int ms = fraction_ms(text.substr(kSecondsEnd, text.size() - kSecondsEnd - 1));
  if (y < 0 || mo < 0 || d < 0 || h < 0 || mi < 0 || s < 0 || ms < 0) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  return sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms);
}

std::string short_time(const std::string& text) {
  if (!parse_utc_time(text)) return text;
  std::string shown = text.substr(0, kSecondsEnd);
  shown[10] = ' ';
  return shown;
}

std::string span_text(std::chrono::milliseconds time) {
  const long ms = time.count(), s = ms / 1000;
  std::array<char, 48> text;
  int n = 0;
  if (ms < 1000)
    n = std::snprintf(text.data(), text.size(), "%ld ms", ms);
  else if (ms < 60'000)
    n = std::snprintf(text.data(), text.size(), ms % 1000 < 50 ? "%.0f s" : "%.1f s",
                      static_cast<double>(ms / 100) / 10);
  else if (s < 3600)
    n = std::snprintf(text.data(), text.size(), "%ld min %ld s", s / 60, s % 60);
  else if (s < 86'400)
    n = std::snprintf(text.data(), text.size(), "%ld h %ld min", s / 3600, s / 60 % 60);
  else
    n = std::snprintf(text.data(), text.size(), "%ld d %ld h", s / 86'400, s / 3600 % 24);
  return {text.data(), static_cast<std::size_t>(n)};
}

std::string clock_text(std::chrono::seconds time) {
  const std::chrono::hh_mm_ss clock(time);
  std::array<char, 48> text;
  const long hours = clock.hours().count(), minutes = clock.minutes().count(),
             seconds = clock.seconds().count();
  const int n = hours > 0
                    ? std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", hours, minutes, seconds)
                    : std::snprintf(text.data(), text.size(), "%ld:%02ld", minutes, seconds);
  return {text.data(), static_cast<std::size_t>(n)};
}

}  // namespace musicfleet::cli
