#include "coordinator/http/admin_json.h"

#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule text(std::string_view name, std::string_view description = {}) {
  return {.name = name, .description = description, .required = true};
}
constexpr FieldRule flag(std::string_view name) {
  return {.name = name, .kind = Kind::kBoolean, .required = true};
}
constexpr FieldRule count(std::string_view name) {
  return {.name = name, .kind = Kind::kInteger, .required = true};
}
constexpr FieldRule time(std::string_view name, bool nullable) {
  return {.name = name, .required = true, .nullable = nullable, .format = "date-time"};
}

constexpr FieldRule kModelFields[] = {text("name"), text("family"), text("variant")};
constexpr FieldRule kRunningFields[] = {text("job"), count("epoch"), text("stage"), count("step"),
                                        count("steps")};
constexpr FieldRule kWorkerFields[] = {
    text("name"),
    text("public_key", "Z85"),
    flag("revoked"),
    flag("connected"),
    flag("draining"),
    text("device"),
    text("software_version"),
    {.name = "models", .kind = Kind::kObjectList, .required = true, .members = kModelFields},
    {.name = "running", .kind = Kind::kObjectList, .required = true, .members = kRunningFields},
    time("last_seen_at", true)};
constexpr FieldRule kWorkerListFields[] = {{.name = "workers",
                                            .kind = Kind::kObjectList,
                                            .required = true,
                                            .members = kWorkerFields,
                                            .schema = "Worker"}};
constexpr FieldRule kWorkerKeyFields[] = {
    text("public_key", "Z85"),  time("added_at", false), time("not_before", false), time("expires_at", true),
    time("last_used_at", true), flag("revoked"),         flag("connected")};
constexpr FieldRule kWorkerKeyListFields[] = {{.name = "keys",
                                               .kind = Kind::kObjectList,
                                               .required = true,
                                               .members = kWorkerKeyFields,
                                               .schema = "WorkerKey"}};
constexpr FieldRule kNewWorkerAnswerFields[] = {text("name"), text("public_key")};

}  // namespace

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
          {"last_seen_at", time_or_null(worker.last_seen_at)}};
}

JsonSchema worker_schema() { return {"Worker", kWorkerFields}; }
ordered_json admin_json(const WorkerKeyInfo& key) {
  return {{"public_key", key.public_key},
          {"added_at", rfc3339(key.added_at)},
          {"not_before", rfc3339(key.not_before)},
          {"expires_at", time_or_null(key.expires_at)},
          {"last_used_at", time_or_null(key.last_used_at)},
          {"revoked", key.revoked},
          {"connected", key.connected}};
}

JsonSchema worker_key_list_schema() { return {"WorkerKeys", kWorkerKeyListFields}; }
JsonSchema worker_list_schema() { return {"Workers", kWorkerListFields}; }
JsonSchema new_worker_answer_schema() { return {"MadeWorker", kNewWorkerAnswerFields}; }

}  // namespace musicfleet::http
