#include "coordinator/backend/vendor_order.h"

#include <nlohmann/json.hpp>

namespace musicfleet::backend {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// The vendor's own, where a request names none: in its form plans without a model are written.
constexpr const char* kModelOfPlans = "music_v1";

std::optional<milliseconds> number_in(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return milliseconds(found->get<std::int64_t>());
}

// Under its name of today or its older one; null without one.
const json* plan_in(const json& body) {
  for (const char* name : {"composition_plan", "music_prompt"})
    if (const auto plan = body.find(name); plan != body.end() && plan->is_object()) return &*plan;
  return nullptr;
}

// Of a plan the sum of its parts, whichever generation it is of; unset where one does not say.
std::optional<milliseconds> length_of(const json& plan) {
  for (const char* parts : {"sections", "chunks"}) {
    const auto found = plan.find(parts);
    if (found == plan.end() || !found->is_array()) continue;
    milliseconds sum{0};
    for (const json& part : *found) {
      const auto length = part.is_object() ? number_in(part, "duration_ms") : std::nullopt;
      if (!length) return std::nullopt;
      sum += *length;
    }
    return sum;
  }
  return std::nullopt;
}

std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The file that the job needs may be made of what the vendor calls otherwise (wav of pcm); a format that we
// do not store under another name is asked for by the caller's.
Result<std::string> format_of(const Job& job, const json& given) {
  if (auto stored = providers::vendor_format_of(job.spec.format)) return *std::move(stored);
  std::string named = text_in(given, "output_format");
  if (named.starts_with("mp3_") || named.starts_with("opus_")) return named;
  return fail_field("output_format", "is not one that ElevenLabs makes");
}

// What the caller left to the vendor is said: what is paid for is what was budgeted.
Result<VendorOrder> passed_on(const Job& job, const std::string& model) {
  const json given = json::parse(job.vendor_order, nullptr, false);
  const auto found = given.is_object() ? given.find("body") : given.end();
  if (!given.is_object() || found == given.end() || !found->is_object())
    return fail(ErrorCode::kCorrupt, "what the caller of job ", job.id, " asked for cannot be read");
  json body = *found;
  VendorOrder order;
  order.song.output_format = MF_TRY(format_of(job, given));
  order.song.format = job.spec.format;
  const json* plan = plan_in(body);
  order.song.length = plan ? length_of(*plan) : number_in(body, "music_length_ms");
  order.model = text_in(body, "model_id");
  if (order.model.empty()) order.model = plan ? kModelOfPlans : model;
  body["model_id"] = order.model;
  if (!plan && !order.song.length) {
    order.song.length = job.spec.duration;
    body["music_length_ms"] = job.spec.duration.count();
  }
  order.song.body_json = body.dump();
  order.length = order.song.length.value_or(job.spec.duration);
  return order;
}

}  // namespace

Result<VendorOrder> vendor_order_of(const Job& job, const std::string& model) {
  if (!job.vendor_order.empty()) return passed_on(job, model);
  VendorOrder order;
  order.song = MF_TRY(providers::order_of(job.spec, model));
  order.model = model;
  order.length = job.spec.duration;
  return order;
}

}  // namespace musicfleet::backend
