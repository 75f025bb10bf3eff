// Time stamps in JSON: RFC 3339 in UTC, to the millisecond. Any thread.
#pragma once

#include "coordinator/job.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace musicfleet::http {

// "2026-11-22T16:34:25.123Z"
std::string rfc3339(WallTime time);

// The same, or null where there is none.
nlohmann::ordered_json time_or_null(const std::optional<WallTime>& time);

}  // namespace musicfleet::http
