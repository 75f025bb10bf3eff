// The sums of the cost report for a spreadsheet; money in dollars. Any thread.
#pragma once

#include "coordinator/ledger/cost_report.h"

#include <string>

namespace musicfleet::ledger {

// With a heading (RFC 4180, lines end with CR LF); the first line after it is the total.
std::string to_csv(const CostReport& report);

}  // namespace musicfleet::ledger
