// The cost report as operators read it. Money is in whole millionths of a US dollar ("…_micros"). Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/ledger/cost_report.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// Figures a song are null where there is no song, those that need the vendor's price where it is not known.
nlohmann::ordered_json cost_json(const ledger::CostReport& report);
JsonSchema cost_schema();

}  // namespace musicfleet::http
