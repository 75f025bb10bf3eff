#include "coordinator/http/overview_json.h"

#include "coordinator/http/admin_json.h"
#include "coordinator/http/job_json.h"
#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule kIntakeFields[] = {
    {.name = "paused", .kind = Kind::kBoolean, .required = true},
    {.name = "since", .required = true, .nullable = true, .format = "date-time"},
    {.name = "reason", .description = "of the pause; may be empty", .required = true}};
constexpr FieldRule kIntakeOrderFields[] = {
    {.name = "paused", .kind = Kind::kBoolean, .required = true},
    {.name = "reason",
     .description = "of the pause; clients that are refused are not told",
     .most_characters = 200,
     .default_json = R"("")"}};

constexpr FieldRule count(std::string_view name, std::string_view description = {}) {
  return {.name = name, .kind = Kind::kInteger, .description = description, .required = true, .least = 0};
}

constexpr FieldRule kTenantFields[] = {
    {.name = "tenant", .required = true}, count("queued"), count("leased")};
constexpr FieldRule kEndFields[] = {count("minutes", "the last so many"), count("succeeded"), count("failed"),
                                    count("cancelled")};
constexpr FieldRule kFailureFields[] = {
    {.name = "job", .required = true},
    {.name = "worker", .description = "empty: it never had one", .required = true},
    {.name = "at", .required = true, .format = "date-time"},
    {.name = "error", .kind = Kind::kObject, .description = "as of a job", .required = true}};
constexpr FieldRule kSpeedFields[] = {{.name = "worker", .required = true},
                                      {.name = "realtime",
                                       .kind = Kind::kNumber,
                                       .description = "seconds of music a second, of its last song",
                                       .required = true}};
constexpr FieldRule kStoreFields[] = {
    {.name = "ok", .kind = Kind::kBoolean, .required = true},
    {.name = "commit_ms",
     .kind = Kind::kNumber,
     .description = "from asking to being on disk, measured for this answer",
     .required = true}};

std::span<const FieldRule> overview_fields() {
  static const FieldRule fields[] = {
      {.name = "at", .required = true, .format = "date-time"},
      {.name = "intake", .kind = Kind::kObject, .required = true, .members = kIntakeFields},
      count("queued"),
      count("leased"),
      {.name = "tenants",
       .kind = Kind::kObjectList,
       .description = "those with live jobs",
       .required = true,
       .members = kTenantFields},
      {.name = "ended",
       .kind = Kind::kObjectList,
       .description = "since the coordinator started",
       .required = true,
       .members = kEndFields},
      {.name = "failures",
       .kind = Kind::kObjectList,
       .description = "the last ones, newest first",
       .required = true,
       .members = kFailureFields},
      {.name = "workers",
       .kind = Kind::kObjectList,
       .required = true,
       .members = worker_schema().fields,
       .schema = worker_schema().name},
      {.name = "speeds", .kind = Kind::kObjectList, .required = true, .members = kSpeedFields},
      {.name = "store", .kind = Kind::kObject, .required = true, .members = kStoreFields}};
  return fields;
}

ordered_json failure_json(const FailedJob& failed) {
  return {{"job", failed.job.value},
          {"worker", failed.worker.value},
          {"at", rfc3339(failed.at)},
          {"error", error_json(failed.error)}};
}

}  // namespace

ordered_json intake_json(const Intake& intake) {
  ordered_json json{{"paused", intake.paused()}, {"since", nullptr}, {"reason", intake.reason}};
  if (intake.paused_since) json["since"] = rfc3339(*intake.paused_since);
  return json;
}

ordered_json overview_json(const Overview& overview) {
  ordered_json tenants = ordered_json::array(), ended = ordered_json::array(),
               failures = ordered_json::array(), workers = ordered_json::array(),
               speeds = ordered_json::array();
  std::size_t queued = 0, leased = 0;
  for (const auto& [tenant, jobs] : overview.tenants) {
    tenants.push_back({{"tenant", tenant.value}, {"queued", jobs.queued}, {"leased", jobs.leased}});
    queued += jobs.queued;
    leased += jobs.leased;
  }
  for (const EndCounts& counts : overview.ended)
    ended.push_back({{"minutes", counts.minutes},
                     {"succeeded", counts.succeeded},
                     {"failed", counts.failed},
                     {"cancelled", counts.cancelled}});
  for (const FailedJob& failed : overview.failures) failures.push_back(failure_json(failed));
  for (const WorkerInfo& worker : overview.workers) workers.push_back(admin_json(worker));
  for (const auto& [worker, realtime] : overview.speeds)
    speeds.push_back({{"worker", worker.value}, {"realtime", realtime}});
  const double commit_ms = static_cast<double>(overview.commit_time.count()) / 1000;
  return {{"at", rfc3339(overview.at)},
          {"intake", intake_json(overview.intake)},
          {"queued", queued},
          {"leased", leased},
          {"tenants", std::move(tenants)},
          {"ended", std::move(ended)},
          {"failures", std::move(failures)},
          {"workers", std::move(workers)},
          {"speeds", std::move(speeds)},
          {"store", {{"ok", overview.store_ok}, {"commit_ms", commit_ms}}}};
}

JsonSchema intake_schema() { return {"Intake", kIntakeFields}; }
JsonSchema intake_order_schema() { return {"IntakeOrder", kIntakeOrderFields}; }
JsonSchema overview_schema() { return {"Overview", overview_fields()}; }

}  // namespace musicfleet::http
