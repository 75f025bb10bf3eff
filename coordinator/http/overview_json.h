// The fleet at a glance, and the intake, as operators read them. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/overview_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

nlohmann::ordered_json overview_json(const Overview& overview);
JsonSchema overview_schema();

// {paused, since, reason}
nlohmann::ordered_json intake_json(const Intake& intake);
JsonSchema intake_schema();
// {paused, reason}, as an operator orders it.
JsonSchema intake_order_schema();

}  // namespace musicfleet::http
