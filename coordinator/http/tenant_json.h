// Tenants and their limits as operators read and write them. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/tenant_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// {id, created_at, max_queued, max_running, songs_per_hour, spend_cents_per_day, spend_cents_per_month,
// policy, buys_again, weight}; null: no limit.
nlohmann::ordered_json tenant_json(const TenantInfo& tenant);
JsonSchema tenant_schema();
JsonSchema tenant_list_schema();

// {id, and limits}; {limits}: each may be left out.
JsonSchema new_tenant_schema();
JsonSchema limits_schema();
// `limits` with what a checked document says laid over; null removes a limit.
TenantLimits limits_over(TenantLimits limits, const nlohmann::json& document);

}  // namespace musicfleet::http
