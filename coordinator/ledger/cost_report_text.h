// A cost report for machines: JSON with every figure, and CSV with one line a tenant, model, provider and
// day. Amounts are whole micro-dollars in JSON, dollars in CSV. Pure, any thread.
#pragma once

#include "coordinator/ledger/cost_report.h"

#include <string>

namespace musicfleet::ledger {

// One object; figures a song are null where there is no song.
std::string to_json(const CostReport& report);
// With a heading (RFC 4180, lines end with CR LF); the first line after it is the total.
std::string to_csv(const CostReport& report);

}  // namespace musicfleet::ledger
