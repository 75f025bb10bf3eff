// Time stamps in JSON: RFC 3339 in UTC, to the millisecond. Any thread.
#pragma once

#include "coordinator/job.h"

namespace musicfleet::http {

// "2026-11-22T16:34:25.123Z"
std::string rfc3339(WallTime time);

}  // namespace musicfleet::http
