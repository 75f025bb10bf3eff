#include "coordinator/http/removal_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using Kind = FieldKind;

constexpr std::string_view kEnds[] = {"succeeded", "failed", "cancelled"};
constexpr FieldRule kDryRun{.name = "dry_run",
                            .kind = Kind::kBoolean,
                            .description = "only count what would go",
                            .default_json = "false"};
constexpr FieldRule kPurgeFields[] = {
    {.name = "jobs", .kind = Kind::kStringList, .description = "ids: exactly these"},
    {.name = "older_than_seconds",
     .kind = Kind::kInteger,
     .description = "instead: all that ended at least so long ago",
     .least = 0,
     .most = 1e10},
    {.name = "tenant", .description = "of these only those of this tenant", .most_characters = 64},
    {.name = "state", .description = "of these only those that ended so", .choices = kEnds},
    kDryRun};
constexpr FieldRule kEraseFields[] = {kDryRun};

constexpr FieldRule count(std::string_view name, std::string_view description) {
  return {.name = name, .kind = Kind::kInteger, .description = description, .required = true, .least = 0};
}
constexpr FieldRule kRemovedFields[] = {{.name = "dry_run", .kind = Kind::kBoolean, .required = true},
                                        count("jobs", "that were removed or erased"),
                                        count("songs", "of these"),
                                        count("events", "lines of history"),
                                        count("attempts", "of jobs at workers"),
                                        count("live", "jobs that are not over: left as they are")};

}  // namespace

JsonSchema purge_order_schema() { return {"PurgeOrder", kPurgeFields}; }
JsonSchema erase_order_schema() { return {"EraseOrder", kEraseFields}; }
JsonSchema removed_schema() { return {"Removed", kRemovedFields}; }

Result<PurgeOrder> purge_order_of(const nlohmann::json& document) {
  PurgeOrder order;
  order.dry_run = document.value("dry_run", false);
  if (document.contains("jobs")) {
    for (const auto& id : document.at("jobs")) order.jobs.push_back(JobId{id.get<std::string>()});
    if (order.jobs.empty()) return fail_field("jobs", "must name a job");
    for (const char* other : {"older_than_seconds", "tenant", "state"})
      if (document.contains(other)) return fail_field(other, "has no meaning where jobs are named");
    return order;
  }
  if (!document.contains("older_than_seconds"))
    return fail_field("older_than_seconds", "is needed where no jobs are named");
  order.older_than = std::chrono::seconds(document.at("older_than_seconds").get<std::int64_t>());
  if (document.contains("tenant")) order.tenant = TenantId{document.at("tenant").get<std::string>()};
  if (document.contains("state")) order.state = job_state_of(document.at("state").get<std::string>());
  return order;
}

nlohmann::ordered_json removed_json(const Removed& removed, bool dry_run) {
  return {{"dry_run", dry_run},       {"jobs", removed.jobs},         {"songs", removed.songs},
          {"events", removed.events}, {"attempts", removed.attempts}, {"live", removed.live}};
}

}  // namespace musicfleet::http
