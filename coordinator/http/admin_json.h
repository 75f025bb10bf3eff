// Workers as operators see them. Any thread.
#pragma once

#include "coordinator/http/backend.h"
#include "coordinator/http/field_rule.h"
#include "coordinator/http/worker_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// {name, public_key, revoked, connected, draining, device, software_version, models, running, last_seen_at}
nlohmann::ordered_json admin_json(const WorkerInfo& worker);
// {public_key, added_at, not_before, expires_at, last_used_at, revoked, connected}
nlohmann::ordered_json admin_json(const WorkerKeyInfo& key);

// What the answers hold: lists of these, and what was just made.
JsonSchema worker_schema();
JsonSchema worker_list_schema();
JsonSchema worker_key_list_schema();
JsonSchema new_worker_answer_schema();

}  // namespace musicfleet::http
