#include "coordinator/http/admin_json.h"

#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

ordered_json or_null(const std::optional<WallTime>& time) {
  return time ? ordered_json(rfc3339(*time)) : ordered_json(nullptr);
}

}  // namespace

ordered_json admin_json(const ApiKeyInfo& key) {
  return {{"id", key.id.value},
          {"tenant", key.tenant.value},
          {"label", key.label},
          {"created_at", rfc3339(key.created_at)},
          {"last_used_at", or_null(key.last_used_at)},
          {"revoked", key.revoked}};
}

ordered_json admin_json(const WorkerInfo& worker) {
  ordered_json models = ordered_json::array(), running = ordered_json::array();
  for (const FleetModel& model : worker.models)
    models.push_back({{"name", model.name}, {"family", model.family}, {"variant", model.variant}});
  for (const RunningJob& job : worker.running)
    running.push_back({{"job", job.lease.job.value},
                       {"epoch", job.lease.epoch},
                       {"stage", name_of(job.stage)},
                       {"step", job.step},
                       {"steps", job.steps}});
  return {{"name", worker.name.value},
          {"public_key", worker.public_key},
          {"revoked", worker.revoked},
          {"connected", worker.connected},
          {"draining", worker.draining},
          {"device", worker.device},
          {"software_version", worker.software_version},
          {"models", std::move(models)},
          {"running", std::move(running)},
          {"last_seen_at", or_null(worker.last_seen_at)}};
}

}  // namespace musicfleet::http
