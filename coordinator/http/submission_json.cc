#include "coordinator/http/submission_json.h"

#include "coordinator/http/job_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace musicfleet::http {
namespace {

using nlohmann::json;

// The member, unless it is absent or null.
const json* find(const json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() || member->is_null() ? nullptr : &*member;
}

// An optional member as a T. Its kind and range are checked already, so that 3.0 may become 3.
template <class T>
std::optional<T> optional(const json& object, const char* name) {
  const json* member = find(object, name);
  return member ? std::optional<T>(member->get<T>()) : std::nullopt;
}

std::chrono::milliseconds to_milliseconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

AudioFormat format_from(const json& object) {
  AudioFormat format;
  if (const auto type = optional<std::string>(object, "type")) format.container = *audio_container_of(*type);
  format.bit_rate_kbps = optional<int>(object, "bit_rate").value_or(0);
  format.sample_rate_hz = optional<int>(object, "sample_rate").value_or(format.sample_rate_hz);
  return format;
}

JobSpec spec_from(const json& body) {
  JobSpec spec;
  const auto text = [&](const char* name, std::string& into) {
    if (const json* member = find(body, name)) into = member->get<std::string>();
  };
  text("prompt", spec.prompt);
  text("title", spec.title);
  text("lyrics", spec.lyrics);
  text("key_scale", spec.key_scale);
  text("time_signature", spec.time_signature);
  text("vocal_language", spec.vocal_language);
  text("model", spec.model);
  if (const auto duration = optional<double>(body, "duration_seconds"))
    spec.duration = to_milliseconds(*duration);
  spec.bpm = optional<int>(body, "bpm");
  spec.instrumental = optional<bool>(body, "instrumental").value_or(false);
  spec.steps = optional<int>(body, "steps");
  spec.shift = optional<double>(body, "shift");
  if (const json* format = find(body, "format")) spec.format = format_from(*format);
  return spec;
}

}  // namespace

Result<Submission> submission_from(const json& body) {
  MF_CHECK(check_object(submission_fields(), body));
  Submission submission;
  submission.spec = spec_from(body);
  MF_CHECK(validate(submission.spec));
  submission.seed = optional<std::uint64_t>(body, "seed");
  submission.spec.seed = submission.seed.value_or(0);
  submission.priority = optional<int>(body, "priority").value_or(0);
  if (const auto deadline = optional<double>(body, "deadline_seconds"))
    submission.deadline = to_milliseconds(*deadline);
  if (const json* metadata = find(body, "metadata")) {
    submission.metadata_json = metadata->dump();
    if (submission.metadata_json.size() > kMaxMetadataBytes)
      return fail_field("metadata", "must have at most ", kMaxMetadataBytes, " bytes, not ",
                        submission.metadata_json.size());
  }
  return submission;
}

Result<std::string> checked_idempotency_key(const std::string& value) {
  for (const FieldRule& rule : submission_headers()) MF_CHECK(check_text(rule, value));
  return value;
}

}  // namespace musicfleet::http
