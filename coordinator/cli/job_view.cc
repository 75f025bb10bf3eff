#include "coordinator/cli/job_view.h"

#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

void read_progress(const json& progress, JobView& job) {
  job.stage = text_of(progress, "stage");
  job.step = static_cast<int>(integer_of(progress, "step"));
  job.steps = static_cast<int>(integer_of(progress, "steps"));
  job.predicted_finish = parse_utc_time(text_of(progress, "predicted_finish"));
}

void read_state(const json& body, JobView& job) {
  job.state = text_of(body, "state");
  job.worker = text_of(body, "worker");
  job.attempts = static_cast<int>(integer_of(body, "attempts"));
  job.error = text_of(object_of(body, "error"), "message");
}

AudioView audio_view_of(const json& audio) {
  return {.size_bytes = static_cast<std::uint64_t>(integer_of(audio, "size_bytes")),
          .sha256 = text_of(audio, "sha256"),
          .duration_seconds = number_of(audio, "duration_seconds").value_or(0),
          .loudness_lufs = number_of(audio, "loudness_lufs"),
          .true_peak_dbtp = number_of(audio, "true_peak_dbtp"),
          .model = text_of(audio, "model"),
          .generate_seconds = number_of(audio, "generate_seconds").value_or(0)};
}

}  // namespace

Result<JobView> job_view_of(const json& body) {
  JobView job;
  job.id = text_of(body, "id");
  read_state(body, job);
  if (job.id.empty() || job.state.empty())
    return fail(ErrorCode::kCorrupt, "the answer is not a job: is it a musicfleet coordinator?");
  job.seed = static_cast<std::uint64_t>(integer_of(body, "seed"));
  read_progress(object_of(body, "progress"), job);
  for (const json& warning : array_of(body, "warnings"))
    if (warning.is_string()) job.warnings.push_back(warning.get<std::string>());
  const json& audio = object_of(body, "audio");
  if (!audio.empty()) job.audio = audio_view_of(audio);
  return job;
}

void apply_event(JobView& job, const std::string& event, const std::string& data) {
  const json body = json::parse(data, nullptr, false);
  if (!body.is_object()) return;
  if (event == "progress") read_progress(body, job);
  if (event == "state" && !text_of(body, "state").empty()) read_state(body, job);
}

}  // namespace musicfleet::cli
