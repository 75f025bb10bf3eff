#include "coordinator/cli/fetch_line.h"

#include "common/job_spec.h"
#include "common/result.h"
#include "coordinator/cli/console.h"
#include "coordinator/cli/utc_time.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace musicfleet::cli {
namespace {

constexpr std::size_t kWidestBar = 40;
constexpr std::size_t kNarrowestBar = 5;

std::string bar(const FetchSnapshot& now, std::size_t width) {
  const double share =
      now.bytes == 0 ? 1.0
                     : std::min(1.0, static_cast<double>(now.bytes_done) / static_cast<double>(now.bytes));
  const auto done = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string text = "[" + std::string(done, '#');
  for (std::size_t i = done; i < width; ++i) text += "·";
  return text + "]";
}

// Rate, time left and files, each behind `between`.
std::string rest(const FetchSnapshot& now, const TransferRate& rate, std::string_view between) {
  std::string text;
  const double per_second = rate.bytes_per_second();
  if (per_second > 0) text += concat(between, bytes_text(static_cast<std::uint64_t>(per_second)), "/s");
  const std::uint64_t left = now.bytes > now.bytes_done ? now.bytes - now.bytes_done : 0;
  if (const auto time = rate.time_for(left); time && left > 0)
    text += concat(between, clock_text(*time), " left");
  return text + concat(between, now.files_done, "/", now.files, " files");
}

std::string amount(const FetchSnapshot& now) {
  return concat(bytes_text(now.bytes_done), " of ", bytes_text(now.bytes));
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits{"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return concat(bytes, " B");
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
  return text.data();
}

int percent_of(const FetchSnapshot& now) {
  if (now.files_done == now.files) return 100;
  if (now.bytes == 0) return 0;
  return std::min(
      99, static_cast<int>(100.0 * static_cast<double>(now.bytes_done) / static_cast<double>(now.bytes)));
}

std::string fetch_bar(const FetchSnapshot& now, const TransferRate& rate, std::size_t columns) {
  const std::string end = "  " + amount(now) + rest(now, rate, "  ");
  const std::size_t others = utf8_length(end) + 2;
  const std::size_t width = columns > others ? std::min(columns - others, kWidestBar) : 0;
  if (width < kNarrowestBar) return one_line(fetch_text(now, rate), columns);
  return bar(now, width) + end;
}

std::string fetch_text(const FetchSnapshot& now, const TransferRate& rate) {
  return concat(percent_of(now), " % (", amount(now), ")", rest(now, rate, ", "));
}

}  // namespace musicfleet::cli
