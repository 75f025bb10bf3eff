#include "coordinator/webhooks/message.h"

#include "coordinator/http/job_json.h"
#include "coordinator/http/rfc3339.h"
#include "coordinator/store/job_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::webhooks {
namespace {

using nlohmann::ordered_json;

// The fields of a job that an endpoint is told.
constexpr const char* kFields[] = {"id",       "state", "created_at", "started_at", "finished_at",
                                   "attempts", "error", "warnings",   "audio",      "metadata"};

std::optional<WallTime> time_of(const ordered_json& facts, const char* name) {
  if (!facts.contains(name) || !facts[name].is_number_integer()) return std::nullopt;
  return WallTime(std::chrono::milliseconds(facts[name].get<std::int64_t>()));
}

template <class Read>
auto part_of(const ordered_json& facts, const char* name, Read read)
    -> std::optional<typename std::decay_t<decltype(read(std::string()))>::value_type> {
  if (!facts.contains(name) || facts[name].is_null()) return std::nullopt;
  if (auto part = read(facts[name].dump())) return *std::move(part);
  return std::nullopt;
}

// As far as the facts tell: the store's trigger wrote them from checked columns, and what a damaged row lacks
// must not keep the rest from being told.
Job job_of(const WebhookDelivery& delivery) {
  ordered_json facts = ordered_json::parse(delivery.facts_json, nullptr, false);
  if (!facts.is_object()) facts = ordered_json::object();
  Job job;
  job.id = delivery.job;
  job.state = job_state_of(delivery.event.substr(delivery.event.find('.') + 1)).value_or(JobState::kQueued);
  job.created_at = time_of(facts, "created_at").value_or(delivery.created_at);
  job.started_at = time_of(facts, "started_at");
  job.finished_at = time_of(facts, "finished_at");
  if (facts.contains("attempts") && facts["attempts"].is_number_integer())
    job.attempts = facts["attempts"].get<int>();
  job.error = part_of(facts, "error", store::error_of_json);
  job.audio = part_of(facts, "audio", store::audio_of_json);
  job.warnings = part_of(facts, "warnings", store::texts_of_json).value_or(std::vector<std::string>());
  if (facts.contains("metadata") && facts["metadata"].is_object())
    job.metadata_json = facts["metadata"].dump();
  return job;
}

std::string dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string message_body(const WebhookDelivery& delivery, const std::string& public_url) {
  const ordered_json job = http::job_json(job_of(delivery), public_url);
  ordered_json data;
  for (const char* field : kFields) data[field] = job[field];
  ordered_json message{
      {"type", delivery.event}, {"timestamp", http::rfc3339(delivery.created_at)}, {"data", std::move(data)}};
  std::string body = dump(message);
  for (const char* field : {"metadata", "warnings"}) {
    if (body.size() < kMostBodyBytes) break;
    message["data"][field] = nullptr;
    body = dump(message);
  }
  return body;
}

std::vector<HttpHeader> message_headers(const DeliveryId& id, std::string_view body,
                                        const std::vector<Secret>& secrets, WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::string signatures;
  for (const Secret& secret : secrets)
    signatures = concat(signatures, signatures.empty() ? "" : " ", secret.sign(id, seconds, body));
  return {{"Content-Type", "application/json"},
          {"webhook-id", id.value},
          {"webhook-timestamp", std::to_string(seconds)},
          {"webhook-signature", signatures}};
}

}  // namespace musicfleet::webhooks
