// Days as prices, budgets and reports have them: in UTC, written 2026-11-22. Pure, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace musicfleet::ledger {

// Nothing for what is no day of the calendar, or is written otherwise.
std::optional<std::chrono::sys_days> day_of(std::string_view text);
std::string to_text(std::chrono::sys_days day);
std::chrono::sys_days first_of_month(std::chrono::sys_days day);

}  // namespace musicfleet::ledger
