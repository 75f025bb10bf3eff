// Orders to remove jobs as operators write them, and what came of them. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/removal_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// {jobs} or {older_than_seconds, tenant, state}; and {dry_run}.
JsonSchema purge_order_schema();
// `document` has passed its fields' rules; the error names a field that contradicts another.
Result<PurgeOrder> purge_order_of(const nlohmann::json& document);

// {dry_run}
JsonSchema erase_order_schema();

// {dry_run, jobs, songs, events, attempts, live}
nlohmann::ordered_json removed_json(const Removed& removed, bool dry_run);
JsonSchema removed_schema();

}  // namespace musicfleet::http
