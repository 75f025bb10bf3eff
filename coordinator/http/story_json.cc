#include "coordinator/http/story_json.h"

#include "coordinator/http/job_fields.h"
#include "coordinator/http/job_json.h"
#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr std::string_view kOutcomes[] = {"succeeded", "failed",   "expired",  "stalled",
                                          "forgotten", "returned", "cancelled"};

constexpr FieldRule kAttemptFields[] = {{.name = "epoch", .kind = Kind::kInteger, .required = true},
                                        {.name = "worker", .required = true},
                                        {.name = "started_at", .required = true, .format = "date-time"},
                                        {.name = "ended_at",
                                         .description = "null while it runs",
                                         .required = true,
                                         .nullable = true,
                                         .format = "date-time"},
                                        {.name = "outcome",
                                         .description = "null while it runs",
                                         .required = true,
                                         .nullable = true,
                                         .choices = kOutcomes},
                                        {.name = "error",
                                         .kind = Kind::kObject,
                                         .description = "as of a job",
                                         .required = true,
                                         .nullable = true}};

constexpr FieldRule kEventFields[] = {
    {.name = "at", .required = true, .format = "date-time"},
    {.name = "kind", .description = "what happened, e.g. \"leased\"", .required = true},
    {.name = "detail",
     .kind = Kind::kObject,
     .description = "the numbers behind it: other ones for each kind",
     .required = true}};

std::span<const FieldRule> story_fields() {
  static const FieldRule fields[] = {{.name = "job",
                                      .kind = Kind::kObject,
                                      .required = true,
                                      .members = admin_job_schema().fields,
                                      .schema = admin_job_schema().name},
                                     {.name = "attempts",
                                      .kind = Kind::kObjectList,
                                      .description = "a lease each, oldest first",
                                      .required = true,
                                      .members = kAttemptFields,
                                      .schema = "Attempt"},
                                     {.name = "events",
                                      .kind = Kind::kObjectList,
                                      .description = "every decision, oldest first",
                                      .required = true,
                                      .members = kEventFields,
                                      .schema = "JobEvent"}};
  return fields;
}

ordered_json attempt_json(const JobAttempt& attempt) {
  ordered_json json{{"epoch", attempt.lease.epoch},
                    {"worker", attempt.worker.value},
                    {"started_at", rfc3339(attempt.started_at)},
                    {"ended_at", nullptr},
                    {"outcome", nullptr},
                    {"error", nullptr}};
  if (attempt.ended_at) json["ended_at"] = rfc3339(*attempt.ended_at);
  if (attempt.outcome) json["outcome"] = name_of(*attempt.outcome);
  if (attempt.error) json["error"] = error_json(*attempt.error);
  return json;
}

ordered_json event_json(const HistoryEvent& event) {
  // A damaged row must not stop the rest from being shown.
  ordered_json detail = ordered_json::parse(event.detail_json, nullptr, false);
  return {{"at", rfc3339(event.at)},
          {"kind", event.kind},
          {"detail", detail.is_object() ? std::move(detail) : ordered_json::object()}};
}

}  // namespace

ordered_json story_json(const JobStory& story, const std::string& public_url) {
  ordered_json job = admin_job_json(story.job, public_url);
  ordered_json attempts = ordered_json::array(), events = ordered_json::array();
  for (const JobAttempt& attempt : story.attempts) attempts.push_back(attempt_json(attempt));
  for (const HistoryEvent& event : story.events) events.push_back(event_json(event));
  return {{"job", std::move(job)}, {"attempts", std::move(attempts)}, {"events", std::move(events)}};
}

JsonSchema story_schema() { return {"JobStory", story_fields()}; }

}  // namespace musicfleet::http
