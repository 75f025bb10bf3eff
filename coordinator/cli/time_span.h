// Lengths of time as people write them on a command line. Any thread.
#pragma once

#include "common/result.h"

#include <chrono>
#include <string>

namespace musicfleet::cli {

// "90s", "15m", "24h", "30d"; kInvalidArgument, with the option's name, for anything else.
Result<std::chrono::seconds> time_span_of(const std::string& option, const std::string& text);

}  // namespace musicfleet::cli
